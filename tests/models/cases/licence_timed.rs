// Whose time is up takes no licence, and no other waiter's wakeup.
//@ source: ch05-synchronization/src/semaphore.rs
//@ shuttle: 3000
//
// Woken for the permit, it looks at the clock first and goes away.
//@ broken: clock_before_permit
//@ replace: let Err(word) = self.take(counted) else {\n                return true;\n            };\n            if deadline
//@ with: if deadline
//@ replace: self.word.fetch_sub(counted, Relaxed);\n                return false;\n            }
//@ with: self.word.fetch_sub(counted, Relaxed);\n                return false;\n            }\n            let Err(word) = self.take(counted) else {\n                return true;\n            };
//@ shuttle says: deadlock!
//
// It has taken the permit, looks at the clock, and goes away with it.
//@ broken: clock_after_permit
//@ replace: else {\n                return true;\n            };
//@ with: else {\n                return deadline.is_none_or(|at| at > Instant::now());\n            };
//@ shuttle says: deadlock!

use semaphore::Semaphore;
use std::alone::{here, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Shorter than from one look to the next: only this wait ends by its time.
const LIMIT: Duration = Duration::from_millis(10);

/// One waits for so long, two wait for as long as it takes.
pub fn model() {
    futex::times_out(LIMIT);
    let licences = Arc::new(Semaphore::<1>::new());
    let held = licences.acquire();
    let hurried = thread::spawn({
        let licences = Arc::clone(&licences);
        move || drop(licences.acquire_timeout(LIMIT))
    });
    let patient = [(); 2].map(|()| {
        let licences = Arc::clone(&licences);
        thread::spawn(move || drop(licences.acquire()))
    });
    thread::sleep(LIMIT);
    drop(held);
    for thread in patient {
        thread.join().unwrap();
    }
    hurried.join().unwrap();
    // One that is lost is waited for.
    drop(licences.acquire());
    assert_eq!(licences.available(), 1);
}
