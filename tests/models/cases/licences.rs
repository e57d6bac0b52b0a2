// Of three who want the one licence each gets it, and one at a time has it.
//@ source: ch05-synchronization/src/semaphore.rs
//@ loom: 2
//@ shuttle: 2000
//
// A permit comes back, and nobody is told.
//@ broken: wakes_nobody
//@ replace: futex::wake(&self.word, 1);
//@ with: let _ = futex::wake;
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The waiter sleeps without having been counted.
//@ broken: not_counted
//@ replace: let counted = self.count_in();
//@ with: let _ = Self::count_in;\n        let counted = 0;
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The kernel compares with what the word is now, and not with what was judged.
//@ broken: word_read_again
//@ replace: futex::wait(&self.word, word, Some(until));
//@ with: {\n                let _ = word;\n                futex::wait(&self.word, self.word.load(Relaxed), Some(until));\n            }
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The next holder does not see what the last one did.
//@ broken: relaxed_release
//@ replace: self.word.compare_exchange(word, one_less, Release, Relaxed)
//@ with: self.word.compare_exchange(word, one_less, Relaxed, Relaxed)
//@ loom says: a page was lost
//@ blind: shuttle
//
//@ broken: relaxed_acquire
//@ replace: self.word.compare_exchange(word, new, Acquire, Relaxed)
//@ with: self.word.compare_exchange(word, new, Relaxed, Relaxed)
//@ loom says: a page was lost
//@ blind: shuttle

use semaphore::Semaphore;
use std::alone::{here, spin};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Two threads and this one.
pub fn model() {
    let shared = Arc::new((Semaphore::<1>::new(), AtomicU32::new(0)));
    let print = |shared: &(Semaphore<1>, AtomicU32)| {
        let (licences, pages) = shared;
        let permit = licences.acquire();
        pages.store(pages.load(Relaxed) + 1, Relaxed);
        drop(permit);
    };
    let others = [(); 2].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || print(&shared))
    });
    print(&shared);
    for other in others {
        other.join().unwrap();
    }
    assert_eq!(shared.1.load(Relaxed), 3, "a page was lost");
    assert_eq!(shared.0.available(), 1);
}
