// Two producers set one event, and nothing is missed by a consumer who clears it
// before looking.
//@ source: ch05-synchronization/src/event.rs
//@ loom: 3
//@ shuttle: 2000
//
// Set already, it is left as it is: what this setter did is not told.
//@ broken: set_twice_told_once
//@ replace: let more = word.wrapping_add(ONCE);
//@ with: if word & SET != 0 { return; }\n            let more = word.wrapping_add(ONCE);
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: relaxed_clear
//@ replace: self.word.fetch_and(!SET, AcqRel);
//@ with: self.word.fetch_and(!SET, Relaxed);
//@ loom says: deadlock
//@ blind: shuttle
//
// Who sleeps is not woken.
//@ broken: no_wake
//@ remove: futex::wake(&self.word, futex::ALL);
//@ loom says: deadlock
//@ shuttle says: deadlock

use event::Event;
use std::alone::{peer, spin};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Two producers, and a consumer who clears the event before looking.
pub fn model() {
    let shared = Arc::new((Event::new(), AtomicU32::new(0)));
    let producers: Vec<_> = (0..2)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.1.fetch_add(1, Relaxed);
                shared.0.set();
            })
        })
        .collect();
    let (event, items) = &*shared;
    while items.load(Relaxed) < 2 {
        event.wait();
        event.clear();
    }
    for producer in producers {
        producer.join().unwrap();
    }
}
