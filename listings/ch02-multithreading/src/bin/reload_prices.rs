//! A reload of the price table lets the tills in and goes on reading with them.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Barrier, RwLock, RwLockWriteGuard};
use std::thread;

const TILLS: usize = 3;

struct Prices {
    edition: u32,
    tea: u32,
    cake: u32,
}

fn load(edition: u32) -> Prices {
    Prices {
        edition,
        tea: 200 + 10 * edition,
        cake: 300 + 20 * edition,
    }
}

fn main() {
    let prices = RwLock::new(load(1));
    let inside = AtomicU32::new(0);
    let peak = AtomicU32::new(0);
    let all_inside = Barrier::new(TILLS + 1);
    let total = |prices: &Prices| {
        peak.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
        // Nobody leaves before all are in.
        all_inside.wait();
        inside.fetch_sub(1, Relaxed);
        prices.tea + prices.cake
    };

    thread::scope(|s| {
        let mut new = prices.write().unwrap();
        let till = || {
            let prices = prices.read().unwrap();
            (prices.edition, total(&prices))
        };
        let tills: Vec<_> = (0..TILLS).map(|_| s.spawn(till)).collect();
        *new = load(2);
        // Unlocking and reading anew would let another reload in between.
        let new = RwLockWriteGuard::downgrade(new);
        println!("office: edition {}, {} cents", new.edition, total(&new));
        drop(new);
        for till in tills {
            let (edition, cents) = till.join().unwrap();
            println!("till: edition {edition}, {cents} cents");
        }
    });
    println!("{} readers inside at once", peak.load(Relaxed));
}
