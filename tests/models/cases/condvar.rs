// Who waits for a condition is woken by who makes it true.
//@ source: ch05-synchronization/src/condvar.rs
//@ loom: 3
//@ shuttle: 2000
//
// What is notified between the release of the lock and the look is missed.
//@ broken: looks_after_the_release
//@ replace: let notified = self.notified.load(Relaxed);\n        drop(guard);
//@ with: drop(guard);\n        let notified = self.notified.load(Relaxed);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// A notification leaves no trace.
//@ broken: no_count
//@ remove: self.notified.fetch_add(1, Relaxed);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The notifier sees nobody, where its load and the waiter's may both be old.
//@ broken: tells_after_the_release
//@ replace: self.waiting.fetch_add(1, Relaxed);\n        let notified = self.notified.load(Relaxed);\n        drop(guard);
//@ with: let notified = self.notified.load(Relaxed);\n        drop(guard);\n        self.waiting.fetch_add(1, Relaxed);
//@ loom says: deadlock
//@ blind: shuttle

use condvar::Condvar;
use std::futex;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Two jobs, of which each worker takes one.
pub fn model() {
    let shared = Arc::new((Mutex::new(0), Condvar::new()));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (jobs, more) = &*shared;
                let lock = || jobs.lock().unwrap();
                let mut left = lock();
                while *left == 0 {
                    left = more.wait(left, lock);
                }
                *left -= 1;
            })
        })
        .collect();
    let (jobs, more) = &*shared;
    *jobs.lock().unwrap() += 1;
    more.notify_one();
    *jobs.lock().unwrap() += 1;
    more.notify_all();
    for worker in workers {
        worker.join().unwrap();
    }
    assert_eq!(*jobs.lock().unwrap(), 0);
}
