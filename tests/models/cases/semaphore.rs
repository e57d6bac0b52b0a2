// Of three threads one at a time holds the permit, and each gets it.
//@ source: ch02-multithreading/src/semaphore.rs
//@ loom: 3
//@ shuttle: 2000
//
// Between the wakeup and the lock another thread takes the permit.
//@ broken: no_loop
//@ replace: while *free == 0 {\n            let relocked = self.returned.wait(free);
//@ with: if *free == 0 {\n            let relocked = self.returned.wait(free);
//@ loom says: attempt to subtract with overflow
//@ shuttle says: attempt to subtract with overflow
//
//@ broken: no_notify
//@ replace: self.semaphore.returned.notify_one();
//@ with: let _ = &self.semaphore.returned;
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The permit comes back between the look and the wait.
//@ broken: looks_before_it_locks
//@ replace: while *free == 0 {\n            let relocked = self.returned.wait(free);
//@ with: while *free == 0 {\n            drop(free);\n            let relocked = self.returned.wait(self.lock());
//@ loom says: deadlock
//@ shuttle says: deadlock!

use semaphore::Semaphore;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

/// Two threads and this one.
pub fn model() {
    let calls = Arc::new((Semaphore::new(1), AtomicU32::new(0)));
    let ask = |calls: &(Semaphore, AtomicU32)| {
        let permit = calls.0.acquire();
        assert_eq!(calls.1.fetch_add(1, Relaxed), 0, "two hold one permit");
        calls.1.fetch_sub(1, Relaxed);
        drop(permit);
    };
    let others = [(); 2].map(|()| {
        let calls = Arc::clone(&calls);
        thread::spawn(move || ask(&calls))
    });
    ask(&calls);
    for other in others {
        other.join().unwrap();
    }
    assert_eq!(calls.0.available(), 1);
}
