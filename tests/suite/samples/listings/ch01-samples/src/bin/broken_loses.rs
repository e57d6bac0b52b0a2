//! A sample.
//@ loses: 42
//@ repair: kept_plain

fn main() {
    println!("{} lines", 42);
}
