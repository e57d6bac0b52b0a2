//! A sample.
//@ loses: 42
//@ repair: kept_loses

fn main() {
    println!("{} lines", 41);
}
