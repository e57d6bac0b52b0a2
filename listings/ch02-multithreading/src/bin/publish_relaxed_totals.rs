//! The flag says that the totals are there, and its store publishes nothing.
//@ races
//@ repair: publish_daily_totals
//@ twin: none (Python has no memory orders to choose from)

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread;

/// The bytes of each answer in the day's log.
const SIZES: [u64; 4] = [5120, 640, 1024, 1216];

const EMPTY: u8 = 0;
const CLAIMED: u8 = 1;
const PUBLISHED: u8 = 2;

struct Totals {
    requests: u64,
    bytes: u64,
}

struct Published<T> {
    state: AtomicU8,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: none. UNSOUND: `state` orders no access but its own.
unsafe impl<T: Send + Sync> Sync for Published<T> {}

impl<T> Published<T> {
    fn new() -> Self {
        Published {
            state: AtomicU8::new(EMPTY),
            value: UnsafeCell::new(None),
        }
    }

    fn set(&self, value: T) -> Result<(), T> {
        let claim = self
            .state
            .compare_exchange(EMPTY, CLAIMED, Relaxed, Relaxed);
        if claim.is_err() {
            return Err(value);
        }
        // SAFETY: none. UNSOUND: no order between this and `get`'s read.
        unsafe { *self.value.get() = Some(value) };
        self.state.store(PUBLISHED, Relaxed);
        Ok(())
    }

    fn get(&self) -> Option<&T> {
        if self.state.load(Relaxed) != PUBLISHED {
            return None;
        }
        // SAFETY: none. UNSOUND: the state is seen, and nothing with it.
        unsafe { (*self.value.get()).as_ref() }
    }
}

fn main() {
    let slot = Arc::new(Published::new());
    let writer = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            let requests = SIZES.len() as u64;
            let bytes = SIZES.iter().sum();
            let first = slot.set(Totals { requests, bytes });
            assert!(first.is_ok(), "nobody else publishes");
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
