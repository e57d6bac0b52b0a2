// Who waits until a deadline is told of what was set in time, however late it
// comes to look.
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
//
// Asks the clock last: it was set between the look and that.
//@ broken: clock_after_look
//@ replace: let now = entered.take().unwrap_or_else(Instant::now);\n            let word = self.word.load(Acquire);\n            if happened(word) {\n                return Ok(word);\n            }
//@ with: let word = self.word.load(Acquire);\n            if happened(word) {\n                return Ok(word);\n            }\n            let now = Instant::now();
//@ shuttle says: set in time, and not seen
//
// The same before it sleeps at all.
//@ broken: late_at_once
//@ replace: // None at all where it was last set on this very CPU.
//@ with: if late {\n            return Err(EventError::TimedOut);\n        }
//@ shuttle says: set in time, and not seen

use event::Event;
use std::alone::{peer, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Shorter than from one look to the next: only this wait ends by its time.
const LIMIT: Duration = Duration::from_millis(10);

/// One waits for so long.
pub fn model() {
    futex::times_out(LIMIT);
    let deadline = Instant::now() + LIMIT;
    let event = Arc::new(Event::new());
    let waiter = thread::spawn({
        let event = Arc::clone(&event);
        move || event.wait_past(0, None, Some(deadline)).is_ok()
    });
    event.set();
    let in_time = Instant::now() < deadline;
    thread::sleep(LIMIT);
    let seen = waiter.join().unwrap();
    assert!(seen || !in_time, "set in time, and not seen");
}
