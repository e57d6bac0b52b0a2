//! A sample.
//@ loses: 43
//@ repair: kept_plain

fn main() {
    println!("{} lines", 41);
}
