//! The flag brings nothing with it: whoever sees it may see the price of
//! before. No CPU of the x86-64 kind shows it; loom does.
//@ twin: none (Python has no memory orders to choose from)

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread;

fn main() {
    let price = AtomicU64::new(0);
    let open = AtomicBool::new(false);
    let seen = thread::scope(|s| {
        s.spawn(|| {
            price.store(1250, Relaxed);
            open.store(true, Relaxed);
        });
        let display = s.spawn(|| {
            while !open.load(Relaxed) {
                thread::yield_now();
            }
            price.load(Relaxed)
        });
        display.join().unwrap()
    });
    println!("opened at ~{seen}");
}
