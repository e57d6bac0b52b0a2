//! A canary: two threads, one after the other, take two locks in two orders.
//@ inversion
//@ repair: canary_order

use std::sync::Mutex;
use std::thread;

fn main() {
    let accounts = [Mutex::new(50), Mutex::new(50)];
    let transfer = |from: usize, to: usize| {
        let mut from = accounts[from].lock().unwrap();
        let mut to = accounts[to].lock().unwrap();
        *from -= 10;
        *to += 10;
    };
    thread::scope(|s| {
        s.spawn(|| transfer(0, 1)).join().unwrap();
        s.spawn(|| transfer(1, 0)).join().unwrap();
    });
    println!("{accounts:?}");
}
