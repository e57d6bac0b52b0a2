//! Two tills read a price table under five locks; every 10,000th customer, one
//! of them reloads it. Baskets of 8 items, then of 800.
//!
//! Each variant is run beside a `Mutex` in the same round, and `to_mutex_8`
//! and `to_mutex_800` are its times over those of that `Mutex`. `ns_8` and
//! `ns_800` are for a customer of each till.

use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint::black_box;
use std::mem;
use std::sync::{Arc, Barrier, Mutex, RwLock};
use std::thread;
use std::time::Instant;

const TILLS: usize = 2;
const ITEMS: usize = 1024;
const RELOAD_EVERY: usize = 10_000;

/// The same number of items in all, in small baskets and in large ones.
const SMALL: Load = Load {
    items: 8,
    customers: 200_000,
};
const LARGE: Load = Load {
    items: 800,
    customers: 20_000,
};

#[derive(Clone, Copy)]
struct Load {
    items: usize,
    customers: usize,
}

type Prices = Vec<u32>;

fn load() -> Prices {
    (0..ITEMS as u32).map(|i| 100 + i * 7919 % 977).collect()
}

/// One piece of machine code for all the locks.
#[inline(never)]
fn total(prices: &Prices, items: usize) -> u32 {
    prices[..items]
        .iter()
        .fold(0, |sum, &price| black_box(sum + price))
}

trait Table: Sync {
    fn new() -> Self;
    fn total(&self, items: usize) -> u32;
    fn reload(&self);
}

impl Table for Mutex<Prices> {
    fn new() -> Self {
        Mutex::new(load())
    }
    fn total(&self, items: usize) -> u32 {
        total(&self.lock().unwrap(), items)
    }
    fn reload(&self) {
        *self.lock().unwrap() = load();
    }
}

impl Table for RwLock<Prices> {
    fn new() -> Self {
        RwLock::new(load())
    }
    fn total(&self, items: usize) -> u32 {
        total(&self.read().unwrap(), items)
    }
    fn reload(&self) {
        *self.write().unwrap() = load();
    }
}

impl Table for Mutex<Arc<Prices>> {
    fn new() -> Self {
        Mutex::new(Arc::new(load()))
    }
    fn total(&self, items: usize) -> u32 {
        let prices = Arc::clone(&self.lock().unwrap());
        total(&prices, items)
    }
    fn reload(&self) {
        let new = Arc::new(load());
        let old = mem::replace(&mut *self.lock().unwrap(), new);
        drop(old);
    }
}

impl Table for parking_lot::Mutex<Prices> {
    fn new() -> Self {
        parking_lot::Mutex::new(load())
    }
    fn total(&self, items: usize) -> u32 {
        total(&self.lock(), items)
    }
    fn reload(&self) {
        *self.lock() = load();
    }
}

impl Table for parking_lot::RwLock<Prices> {
    fn new() -> Self {
        parking_lot::RwLock::new(load())
    }
    fn total(&self, items: usize) -> u32 {
        total(&self.read(), items)
    }
    fn reload(&self) {
        *self.write() = load();
    }
}

fn seconds<T: Table>(load: Load) -> f64 {
    let table = T::new();
    let gate = Barrier::new(TILLS + 1);
    let serve = |reloads: bool| {
        gate.wait();
        for customer in 0..load.customers {
            if reloads && customer % RELOAD_EVERY == 0 {
                table.reload();
            }
            black_box(table.total(load.items));
        }
    };
    let start = thread::scope(|s| {
        for till in 0..TILLS {
            let serve = &serve;
            s.spawn(move || serve(till == 0));
        }
        // No till starts before this thread has come to the gate; after it,
        // it may have to wait for a CPU.
        let start = Instant::now();
        gate.wait();
        start
    });
    start.elapsed().as_secs_f64()
}

/// Seconds of a `Mutex`, and of `T`: one before the other, then the other way.
fn both<T: Table>(load: Load) -> (f64, f64) {
    let mutex = seconds::<Mutex<Prices>>(load);
    let own = seconds::<T>(load) + seconds::<T>(load);
    (mutex + seconds::<Mutex<Prices>>(load), own)
}

fn beside_mutex<T: Table>() -> Result<Sample, Box<dyn Error>> {
    let (mutex_8, own_8) = both::<T>(SMALL);
    let (mutex_800, own_800) = both::<T>(LARGE);
    Ok(vec![
        ("wall_s", own_8 + own_800),
        ("to_mutex_8", own_8 / mutex_8),
        ("to_mutex_800", own_800 / mutex_800),
        ("ns_8", own_8 / (2 * SMALL.customers) as f64 * 1e9),
        ("ns_800", own_800 / (2 * LARGE.customers) as f64 * 1e9),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("price_table_times")
        .sample("Mutex", beside_mutex::<Mutex<Prices>>)
        .sample("RwLock", beside_mutex::<RwLock<Prices>>)
        .sample("Mutex<Arc>", beside_mutex::<Mutex<Arc<Prices>>>)
        .sample(
            "parking_lot::Mutex",
            beside_mutex::<parking_lot::Mutex<Prices>>,
        )
        .sample(
            "parking_lot::RwLock",
            beside_mutex::<parking_lot::RwLock<Prices>>,
        )
        .run()
}
