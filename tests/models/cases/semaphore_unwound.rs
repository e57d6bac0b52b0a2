// A thread that panics with a permit gives it back.
//@ source: ch02-multithreading/src/semaphore.rs
//@ shuttle: 1000
//
//@ broken: lost_on_panic
//@ replace: *self.semaphore.lock() += 1;
//@ with: *self.semaphore.lock() += usize::from(!std::thread::panicking());
//@ shuttle says: deadlock!

use semaphore::Semaphore;
use std::sync::Arc;
use std::thread;

/// One thread panics, and this one waits for its permit.
pub fn model() {
    let calls = Arc::new(Semaphore::new(1));
    let panics = thread::spawn({
        let calls = Arc::clone(&calls);
        move || {
            let _permit = calls.acquire();
            panic!("sold out");
        }
    });
    drop(calls.acquire());
    assert!(panics.join().is_err());
    drop(calls.acquire());
}
