//! The flag says that the totals are there, and its store publishes nothing.
//@ races
//@ repair: publish_daily_totals
//@ twin: none (Python has no memory orders to choose from)

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

struct Totals {
    requests: u64,
    bytes: u64,
}

struct Slot {
    published: AtomicBool,
    totals: UnsafeCell<Option<Totals>>,
}

// SAFETY: none. UNSOUND: `published` orders no access but its own.
unsafe impl Sync for Slot {}

impl Slot {
    fn set(&self, totals: Totals) {
        // SAFETY: none. UNSOUND: no order between this and `get`'s read.
        unsafe { *self.totals.get() = Some(totals) };
        self.published.store(true, Relaxed);
    }

    fn get(&self) -> Option<&Totals> {
        if !self.published.load(Relaxed) {
            return None;
        }
        // SAFETY: none. UNSOUND: that the flag is seen says nothing of this.
        unsafe { (*self.totals.get()).as_ref() }
    }
}

fn main() {
    let slot = Arc::new(Slot {
        published: AtomicBool::new(false),
        totals: UnsafeCell::new(None),
    });
    let writer = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            let bytes = (1..=1000).sum();
            slot.set(Totals {
                requests: 1000,
                bytes,
            });
        }
    });
    let totals = loop {
        match slot.get() {
            Some(totals) => break totals,
            None => thread::yield_now(),
        }
    };
    println!("{} bytes a request", totals.bytes / totals.requests);
    writer.join().unwrap();
}
