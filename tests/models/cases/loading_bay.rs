// Each item arrives once, none is over the capacity, and all threads end.
//@ source: ch02-multithreading/src/loading_bay.rs
//@ shuttle: 3000
//
// Woken for an item that another consumer has taken, it believes the bay
// closed.
//@ broken: take_without_loop
//@ replace: while state.items.is_empty() && !state.closed {\n            let relocked = self.not_empty.wait(state);
//@ with: if state.items.is_empty() && !state.closed {\n            let relocked = self.not_empty.wait(state);
//@ shuttle says: woken to nothing
//
//@ broken: put_without_loop
//@ replace: while state.items.len() == self.capacity && !state.closed {\n            let relocked = self.not_full.wait(state);
//@ with: if state.items.len() == self.capacity && !state.closed {\n            let relocked = self.not_full.wait(state);
//@ shuttle says: over the capacity
//
// A producer wakes a producer, or a consumer a consumer.
//@ broken: one_condition
//@ replace: let relocked = self.not_full.wait(state);
//@ with: let relocked = self.not_empty.wait(state);
//@ replace: self.not_full.notify_one();
//@ with: self.not_empty.notify_one();
//@ shuttle says: deadlock!
//
//@ broken: close_wakes_one
//@ replace: self.not_empty.notify_all();
//@ with: self.not_empty.notify_one();
//@ shuttle says: deadlock!

use loading_bay::LoadingBay;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

/// Two consumers; this thread and another one produce.
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
    let producer = thread::spawn({
        let bay = Arc::clone(&bay);
        move || bay.0.put(1).unwrap()
    });
    for item in [2, 3] {
        bay.0.put(item).unwrap();
        assert!(bay.0.len() <= 1, "over the capacity");
    }
    producer.join().unwrap();
    bay.1.store(true, Relaxed);
    bay.0.close();
    let sums = consumers.map(|consumer| consumer.join().unwrap());
    assert_eq!(sums[0] + sums[1], 6, "an item was left");
}
