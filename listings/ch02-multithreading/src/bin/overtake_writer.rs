//! A lock that may be read twice lets all readers pass the writer that waits.
//@ twin: none (Python has no reader-writer lock)

use ch02_multithreading::prices::{Prices, load};
use parking_lot::RecursiveRwLock;
use std::thread;

fn tea(table: &RecursiveRwLock<Prices>) -> u32 {
    table.read().tea
}

fn main() {
    let table = RecursiveRwLock::new(load(1));
    thread::scope(|s| {
        let mut prices = table.read();
        println!("till: reads edition {}", prices.edition);
        s.spawn(|| *table.write() = load(2));
        // Nobody else takes an upgradable read. So once it is refused, the
        // writer has claimed the lock and waits for the readers alone.
        let lookout = s.spawn(|| {
            while table.try_upgradable_read().is_some() {
                thread::yield_now();
            }
        });
        lookout.join().unwrap();
        println!("till: a reload waits; reads again");
        let total = prices.cake + tea(&table);
        println!("till: {total} cents");

        for _ in 0..1000 {
            // The next reader is in before the last one leaves.
            prices = table.read();
        }
        println!("1000 more reads: still edition {}", prices.edition);
    });
    println!("reloaded: edition {}", table.read().edition);
}
