// Who waits before an event is set goes on, even if it is cleared at once, and
// sees what was done before.
//@ source: ch05-synchronization/src/event.rs
//@ loom: 3
//@ shuttle: 2000
//
// set and clear make a pulse that the flag alone does not show.
//@ broken: no_generation
//@ replace: word & SET != 0 || word / ONCE != came / ONCE
//@ with: word & SET != 0 || came / ONCE == u32::MAX
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The kernel compares with what the word is now, and not with what was judged.
//@ broken: flag_tested_outside
//@ replace: futex::wait(&self.word, asleep, Some(until));
//@ with: {\n                let _ = asleep;\n                futex::wait(&self.word, self.word.load(Relaxed), Some(until));\n            }
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The waiter sleeps without having told.
//@ broken: not_registered
//@ replace: let asleep = word | SLEEPERS;
//@ with: let asleep = word | SLEEPERS & 0;
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: wakes_one
//@ replace: futex::wake(&self.word, futex::ALL);
//@ with: futex::wake(&self.word, 1);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// A store in place of the exchange overwrites what another one has set.
//@ broken: clears_by_a_store
//@ replace: self.word.fetch_and(!SET, AcqRel);
//@ with: {\n            let word = self.word.load(Acquire);\n            self.word.store(word & !SET, Relaxed);\n        }
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// Who sees the flag does not see what it stands for.
//@ broken: relaxed_set
//@ replace: self.word.compare_exchange(word, new, AcqRel, Relaxed)
//@ with: self.word.compare_exchange(word, new, Relaxed, Relaxed)
//@ loom says: Causality violation
//@ blind: shuttle
//
// Set already, it is left as it is: what this setter did is not told.
//@ broken: set_twice_told_once
//@ replace: _ => word,\n            };
//@ with: _ => return,\n            };
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: relaxed_clear
//@ replace: self.word.fetch_and(!SET, AcqRel);
//@ with: self.word.fetch_and(!SET, Relaxed);
//@ loom says: deadlock
//@ blind: shuttle

use event::{Event, Patience, Step};
use std::cell::UnsafeCell;
use std::futex;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

const PATIENCE: Patience = Patience {
    deadline: None,
    setter: None,
    look: LOOK,
};

/// A waiter that has come, and one who sets it and clears it at once.
fn pulse() {
    let shared = Arc::new((Event::new(), Event::new()));
    let waiters: Vec<_> = (0..2)
        .map(|i| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (event, told) = &*shared;
                let tell = |step| {
                    if step == Step::Sleeping {
                        told.set();
                    }
                };
                match i {
                    0 => event.wait_stepping(PATIENCE, tell).unwrap(),
                    _ => assert_eq!(event.wait_past(0, None, None), Ok(1)),
                }
            })
        })
        .collect();
    let (event, told) = &*shared;
    told.wait();
    event.set();
    event.clear();
    for waiter in waiters {
        waiter.join().unwrap();
    }
}

/// Two producers, and a consumer who clears the event before looking.
fn consume() {
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

struct Price(UnsafeCell<u32>);

// SAFETY: that nobody reads it while it is written is what the model is about.
unsafe impl Sync for Price {}

/// What stood before `set` is seen after `wait`, whoever else has set it.
fn price() {
    let shared = Arc::new((Event::new(), Price(UnsafeCell::new(0))));
    let setter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let (event, price) = &*shared;
            // SAFETY: as above.
            unsafe { *price.0.get() = 7 };
            event.set();
        }
    });
    let (event, price) = &*shared;
    event.clear();
    event.wait_past(0, None, None).unwrap();
    // SAFETY: as above.
    assert_eq!(unsafe { *price.0.get() }, 7);
    setter.join().unwrap();
}

/// All of them.
pub fn model() {
    pulse();
    consume();
    price();
}

/// To look again and again is no step of the protocol.
pub mod spin {
    use std::sync::atomic::AtomicU32;

    /// Never.
    pub fn looks(_: &AtomicU32, _: &AtomicU32) -> u32 {
        0
    }

    /// Nothing.
    pub fn tell(_: &AtomicU32) {}
}

/// Nobody dies.
pub mod peer {
    /// Like chapter 4's.
    #[derive(Clone, Copy, Debug)]
    pub struct Peer;

    impl Peer {
        /// No.
        pub fn has_ended(self) -> bool {
            false
        }
    }
}
