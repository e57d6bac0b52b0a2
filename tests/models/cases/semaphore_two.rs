// Each permit that comes back wakes a waiter, also if others are free already.
//@ source: ch02-multithreading/src/semaphore.rs
//@ loom: 2
//@ shuttle: 2000
//
// Two permits come back before a waiter runs: the second one wakes nobody.
//@ broken: notify_if_none_was_free
//@ replace: self.semaphore.returned.notify_one();
//@ with: if *self.semaphore.lock() == 1 {\n            self.semaphore.returned.notify_one();\n        }
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: no_loop
//@ replace: while *free == 0 {\n            let relocked = self.returned.wait(free);
//@ with: if *free == 0 {\n            let relocked = self.returned.wait(free);
//@ shuttle says: attempt to subtract with overflow

use semaphore::Semaphore;
use std::sync::Arc;
use std::thread;

/// This thread gives two permits back, and two threads keep one each.
pub fn model() {
    let calls = Arc::new(Semaphore::new(2));
    let held = [calls.acquire(), calls.acquire()];
    let others = [(); 2].map(|()| {
        let calls = Arc::clone(&calls);
        thread::spawn(move || std::mem::forget(calls.acquire()))
    });
    drop(held);
    for other in others {
        other.join().unwrap();
    }
    assert_eq!(calls.available(), 0, "more than two permits");
}
