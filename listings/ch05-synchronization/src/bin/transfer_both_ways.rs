//! Two transfers, one each way: each has locked the account that it takes from.
//@ deadlock
//@ repair: transfer_by_number

use std::sync::{Barrier, Mutex};
use std::thread;

fn main() {
    let rent = Mutex::new(100_000);
    let savings = Mutex::new(100_000);
    let both = Barrier::new(2);
    let transfer = |from: &Mutex<i64>, to: &Mutex<i64>, cents| {
        let mut from = from.lock().unwrap();
        // Either could have the second account now, were it not for the other.
        both.wait();
        let mut to = to.lock().unwrap();
        *from -= cents;
        *to += cents;
    };
    println!("300 from rent to savings, and 100 back");
    thread::scope(|s| {
        s.spawn(|| transfer(&rent, &savings, 300));
        s.spawn(|| transfer(&savings, &rent, 100));
    });
    println!("rent {}", rent.lock().unwrap());
}
