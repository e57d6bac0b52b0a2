//! A sample.
//@ deadlock
//@ repair: kept_plain

fn main() {
    println!("no lock is taken twice");
}
