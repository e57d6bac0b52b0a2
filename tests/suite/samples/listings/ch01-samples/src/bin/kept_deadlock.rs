//! A sample.
//@ deadlock
//@ repair: kept_plain

use std::sync::Mutex;

fn main() {
    let counter = Mutex::new(0);
    let first = counter.lock();
    println!("locked once");
    let second = counter.lock();
    drop((first, second));
}
