// Who waits before an event is set goes on, even if it is cleared at once.
//@ source: ch05-synchronization/src/event.rs
//@ loom: 2
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

use event::{Event, Patience, Step};
use std::alone::{peer, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

const PATIENCE: Patience = Patience {
    deadline: None,
    setter: None,
    look: LOOK,
    spins: true,
};

/// A waiter that has come, and one who sets it and clears it at once.
pub fn model() {
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
