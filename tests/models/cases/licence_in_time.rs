// A permit that comes back before the deadline is taken, however late who waits
// comes to look.
//@ source: ch05-synchronization/src/semaphore.rs
//@ shuttle: 2000
//
// Asks the clock last: the permit came back between the look and that.
//@ broken: clock_after_look
//@ replace: let now = Instant::now();\n            let Err(word) = self.take(counted) else {\n                return true;\n            };
//@ with: let Err(word) = self.take(counted) else {\n                return true;\n            };\n            let now = Instant::now();
//@ shuttle says: given back in time, and not taken
//
// The same before it sleeps at all.
//@ broken: late_at_once
//@ replace: return self.take(0).is_ok();
//@ with: return false;
//@ shuttle says: given back in time, and not taken

use semaphore::Semaphore;
use std::alone::{here, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Shorter than from one look to the next: only this wait ends by its time.
const LIMIT: Duration = Duration::from_millis(10);

/// One waits for so long, and is the only one who does.
pub fn model() {
    futex::times_out(LIMIT);
    let deadline = Instant::now() + LIMIT;
    let licences = Arc::new(Semaphore::<1>::new());
    let held = licences.acquire();
    let waiter = thread::spawn({
        let licences = Arc::clone(&licences);
        move || licences.acquire_until(Some(deadline)).is_some()
    });
    drop(held);
    let in_time = Instant::now() < deadline;
    thread::sleep(LIMIT);
    let taken = waiter.join().unwrap();
    assert!(taken || !in_time, "given back in time, and not taken");
}
