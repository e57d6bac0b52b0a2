// Each item arrives once, none is over the capacity, and all threads end.
//@ source: ch02-multithreading/src/loading_bay.rs
//@ loom: 2
//@ shuttle: 3000
//
// Woken for an item that another consumer has taken, it believes the bay
// closed.
//@ broken: take_without_loop
//@ replace: while state.items.is_empty() && !state.closed {\n            let woken = self.not_empty.wait(state);
//@ with: if state.items.is_empty() && !state.closed {\n            let woken = self.not_empty.wait(state);
//@ shuttle says: an item was left
//
//@ broken: put_without_loop
//@ replace: while state.items.len() == self.capacity && !state.closed {\n            let woken = self.not_full.wait(state);
//@ with: if state.items.len() == self.capacity && !state.closed {\n            let woken = self.not_full.wait(state);
//@ shuttle says: over the capacity
//
// A producer wakes a producer, or a consumer a consumer.
//@ broken: one_condition
//@ replace: let woken = self.not_full.wait(state);
//@ with: let woken = self.not_empty.wait(state);
//@ replace: self.not_full.notify_one();
//@ with: self.not_empty.notify_one();
//@ shuttle says: deadlock!
//
//@ broken: close_wakes_one
//@ replace: self.not_empty.notify_all();
//@ with: self.not_empty.notify_one();
//@ loom says: deadlock
//@ shuttle says: deadlock!

use loading_bay::LoadingBay;
use std::sync::Arc;
use std::thread;

/// Two consumers; this thread and another one produce.
pub fn model() {
    let bay = Arc::new(LoadingBay::new(1));
    let consumers = [(); 2].map(|()| {
        let bay = Arc::clone(&bay);
        thread::spawn(move || {
            let mut sum = 0;
            loop {
                assert!(bay.len() <= 1, "over the capacity");
                let Some(item) = bay.take() else { break sum };
                sum += item;
            }
        })
    });
    let producer = thread::spawn({
        let bay = Arc::clone(&bay);
        move || bay.put(1).unwrap()
    });
    bay.put(2).unwrap();
    producer.join().unwrap();
    bay.close();
    let sums = consumers.map(|consumer| consumer.join().unwrap());
    assert_eq!(sums[0] + sums[1], 3, "an item was left");
}
