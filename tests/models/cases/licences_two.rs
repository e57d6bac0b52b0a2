// Two licences come back while two wait: both get one.
//@ source: ch05-synchronization/src/semaphore.rs
//@ loom: 2
//@ shuttle: 2000
//
// Only who makes the first one free again wakes somebody.
//@ broken: wakes_for_the_first
//@ replace: if word >= WAITER {\n            futex
//@ with: if word >= WAITER && word & TAKEN == PERMITS {\n            futex
//@ loom says: deadlock
//@ shuttle says: deadlock!

use semaphore::Semaphore;
use std::alone::{here, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Two that wait, and this thread, which has both.
pub fn model() {
    let licences = Arc::new(Semaphore::<2>::new());
    let held = [licences.acquire(), licences.acquire()];
    let others = [(); 2].map(|()| {
        let licences = Arc::clone(&licences);
        thread::spawn(move || licences.acquire().forget())
    });
    drop(held);
    for other in others {
        other.join().unwrap();
    }
    assert_eq!(licences.available(), 0);
}
