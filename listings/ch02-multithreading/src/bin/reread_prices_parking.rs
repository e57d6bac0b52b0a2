//! The same with parking_lot: a reload arrives between two reads.
//@ deadlock
//@ repair: read_prices_once
//@ twin: none (Python has no reader-writer lock)

use ch02_multithreading::prices::{Prices, load};
use parking_lot::RwLock;
use std::thread;

fn tea(table: &RwLock<Prices>) -> u32 {
    table.read().tea
}

fn main() {
    let table = RwLock::new(load(1));
    thread::scope(|s| {
        let prices = table.read();
        println!("till: reads edition {}", prices.edition);
        s.spawn(|| *table.write() = load(2));
        // Readers are refused as soon as the writer waits.
        let lookout = s.spawn(|| {
            while table.try_read().is_some() {
                thread::yield_now();
            }
        });
        lookout.join().unwrap();
        println!("till: a reload waits; reads again");
        let total = prices.cake + tea(&table);
        println!("till: {total} cents");
    });
}
