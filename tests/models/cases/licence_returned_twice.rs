// One licence is taken, and two give it back: one of them is refused.
//@ source: ch05-synchronization/src/semaphore.rs
//@ loom: 3
//@ shuttle: 2000
//
// The bound is looked at, and the number is changed afterwards.
//@ broken: looked_at_before
//@ replace: match self.word.compare_exchange(word, one_less, Release, Relaxed) {\n                Ok(_) => break,\n                Err(found) => word = found,\n            }
//@ with: let _ = one_less;\n            word = self.word.fetch_sub(1, Release);\n            break;
//@ loom says: not one was refused
//@ shuttle says: not one was refused
//
//@ broken: no_bound
//@ replace: if word & TAKEN == 0 {\n                return Err(TooMany);\n            }\n            let one_less = word - 1;
//@ with: let one_less = word.wrapping_sub(1);
//@ loom says: not one was refused
//@ shuttle says: not one was refused

use semaphore::Semaphore;
use std::alone::{here, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// A thread and this one.
pub fn model() {
    let licences = Arc::new(Semaphore::<2>::new());
    licences.acquire().forget();
    let other = {
        let licences = Arc::clone(&licences);
        thread::spawn(move || licences.release().is_err())
    };
    let refused = [licences.release().is_err(), other.join().unwrap()];
    let refused = refused.into_iter().filter(|refused| *refused).count();
    assert_eq!(refused, 1, "not one was refused");
    assert_eq!(licences.available(), 2);
}
