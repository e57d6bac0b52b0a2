// The bay once more, small enough to see all that happens within a bound.
//@ source: ch02-multithreading/src/loading_bay.rs
//@ loom: 3
//
//@ broken: take_without_loop
//@ replace: while state.items.is_empty() && !state.closed {\n            let relocked = self.not_empty.wait(state);
//@ with: if state.items.is_empty() && !state.closed {\n            let relocked = self.not_empty.wait(state);
//@ loom says: woken to nothing
//
//@ broken: put_wakes_nobody
//@ replace: self.not_empty.notify_one();
//@ with: let _ = &self.not_empty;
//@ loom says: deadlock
//
//@ broken: close_wakes_one
//@ replace: self.not_empty.notify_all();
//@ with: self.not_empty.notify_one();
//@ loom says: deadlock

use loading_bay::LoadingBay;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

/// Two consumers, and two items from this thread.
pub fn model() {
    // The bay, and whether it was to be closed.
    let bay = Arc::new((LoadingBay::new(1), AtomicBool::new(false)));
    let consumers = [(); 2].map(|()| {
        let bay = Arc::clone(&bay);
        thread::spawn(move || {
            let mut sum = 0;
            while let Some(item) = bay.0.take() {
                sum += item;
            }
            assert!(bay.1.load(Relaxed), "woken to nothing");
            sum
        })
    });
    for item in [1, 2] {
        bay.0.put(item).unwrap();
    }
    bay.1.store(true, Relaxed);
    bay.0.close();
    let sums = consumers.map(|consumer| consumer.join().unwrap());
    assert_eq!(sums[0] + sums[1], 3, "an item was lost");
}
