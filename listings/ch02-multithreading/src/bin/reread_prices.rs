//! A till reads the price table twice, and between the two a reload arrives.
//@ deadlock
//@ repair: read_prices_once

use ch02_multithreading::prices::{Prices, load};
use std::sync::RwLock;
use std::thread;

fn tea(table: &RwLock<Prices>) -> u32 {
    table.read().unwrap().tea
}

fn main() {
    let table = RwLock::new(load(1));
    thread::scope(|s| {
        let prices = table.read().unwrap();
        println!("till: reads edition {}", prices.edition);
        s.spawn(|| *table.write().unwrap() = load(2));
        // Readers are refused as soon as the writer waits.
        let lookout = s.spawn(|| {
            while table.try_read().is_ok() {
                thread::yield_now();
            }
        });
        lookout.join().unwrap();
        println!("till: a reload waits; reads again");
        let total = prices.cake + tea(&table);
        println!("till: {total} cents");
    });
}
