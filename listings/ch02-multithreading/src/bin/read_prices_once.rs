//! A till reads the price table once, and a reload waits until it is done.

use ch02_multithreading::prices::{Prices, load};
use std::sync::RwLock;
use std::thread;

fn tea(prices: &Prices) -> u32 {
    prices.tea
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
        let total = prices.cake + tea(&prices);
        println!("till: {total} cents");
    });
    println!("reloaded: edition {}", table.read().unwrap().edition);
}
