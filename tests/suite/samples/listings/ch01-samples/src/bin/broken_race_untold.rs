//! A sample.

use std::cell::UnsafeCell;
use std::sync::Barrier;
use std::thread;

struct Counter(UnsafeCell<u32>);

// SAFETY: none; that is the race.
unsafe impl Sync for Counter {}

impl Counter {
    fn increment(&self) {
        // SAFETY: none, as above.
        unsafe { *self.0.get() += 1 }
    }
}

fn main() {
    let counter = Counter(UnsafeCell::new(0));
    // A first thread that ends before the second starts does not race.
    let start = Barrier::new(2);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                start.wait();
                counter.increment();
            });
        }
    });
    println!("counted");
}
