// Who sleeps until its deadline is told of what was set in time, however late
// it wakes up.
//@ source: ch05-synchronization/src/event.rs
//@ shuttle: 2000
//
// Woken since it is set, it looks at the clock first.
//@ broken: clock_before_flag
//@ replace: if happened(word) {\n                return Ok(word);\n            }\n            let late
//@ with: let late
//@ replace: return Err(EventError::TimedOut);\n            }\n            if now
//@ with: return Err(EventError::TimedOut);\n            }\n            if happened(word) {\n                return Ok(word);\n            }\n            if now
//@ shuttle says: set in time, and not seen

use event::{Event, Patience, Step};
use std::alone::{peer, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Shorter than from one look to the next: only this wait ends by its time.
const LIMIT: Duration = Duration::from_millis(10);

/// One is about to sleep for so long when it is set.
pub fn model() {
    futex::times_out(LIMIT);
    let deadline = Instant::now() + LIMIT;
    let shared = Arc::new((Event::new(), Event::new()));
    let waiter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let (event, told) = &*shared;
            let patience = Patience {
                deadline: Some(deadline),
                setter: None,
                look: LOOK,
                spins: true,
            };
            let tell = |step| {
                if step == Step::Sleeping {
                    told.set();
                }
            };
            event.wait_stepping(patience, tell).is_ok()
        }
    });
    let (event, told) = &*shared;
    told.wait();
    event.set();
    let in_time = Instant::now() < deadline;
    thread::sleep(LIMIT);
    let seen = waiter.join().unwrap();
    assert!(seen || !in_time, "set in time, and not seen");
}
