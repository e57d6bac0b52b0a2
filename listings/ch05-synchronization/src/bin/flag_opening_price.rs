//! The flag is stored after the price and loaded before it, and the orders
//! say that everybody sees it so.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread;

fn main() {
    let price = AtomicU64::new(0);
    let open = AtomicBool::new(false);
    let seen = thread::scope(|s| {
        s.spawn(|| {
            price.store(1250, Relaxed);
            // Release: who sees the flag sees the price.
            open.store(true, Release);
        });
        let display = s.spawn(|| {
            // Acquire: it pairs with the Release.
            while !open.load(Acquire) {
                thread::yield_now();
            }
            price.load(Relaxed)
        });
        display.join().unwrap()
    });
    println!("opened at {seen}");
}
