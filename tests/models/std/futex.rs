//! The chapters' `futex` module, on a checker's own locks. A case takes it in
//! place of theirs: `use std::futex;`.
//!
//! A wait with a deadline never times out: that a sleeper would have looked
//! again after a while is no cure for a wakeup that was lost. Here it is a
//! deadlock, which the checker reports.

use crate::sync::atomic::{AtomicU32, Ordering::Relaxed};
use crate::sync::{Arc, Condvar, Mutex};
use crate::time::Instant;
use real::vec::Vec;
use std as real;

/// Why a wait is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Woken, or the word was another from the start.
    Woken,
    /// Never here.
    TimedOut,
}

/// All of those who sleep.
pub const ALL: u32 = i32::MAX as u32;

/// The kernel's table of sleepers.
type Sleepers = Mutex<Vec<Arc<Sleeper>>>;

struct Sleeper {
    word: usize,
    woken: Mutex<bool>,
    changed: Condvar,
}

crate::per_execution! {
    static ref SLEEPERS: Sleepers = Mutex::new(Vec::new());
}

/// Sleeps if `word` is still `expected`, as one step: a change and a `wake`
/// come before it, or find it asleep.
pub fn wait(word: &AtomicU32, expected: u32, _deadline: Option<Instant>) -> Waited {
    let sleeper = {
        let mut sleepers = SLEEPERS.lock().unwrap();
        // What the table's lock makes visible here is the kernel's promise.
        if word.load(Relaxed) != expected {
            return Waited::Woken;
        }
        let sleeper = Arc::new(Sleeper {
            word: address(word),
            woken: Mutex::new(false),
            changed: Condvar::new(),
        });
        sleepers.push(Arc::clone(&sleeper));
        sleeper
    };
    let mut woken = sleeper.woken.lock().unwrap();
    while !*woken {
        woken = sleeper.changed.wait(woken).unwrap();
    }
    Waited::Woken
}

/// Wakes at most so many that sleep on `word`.
pub fn wake(word: &AtomicU32, most: u32) -> usize {
    let mut woken = Vec::new();
    SLEEPERS.lock().unwrap().retain(|sleeper| {
        let takes = sleeper.word == address(word) && woken.len() < most as usize;
        if takes {
            woken.push(Arc::clone(sleeper));
        }
        !takes
    });
    for sleeper in &woken {
        *sleeper.woken.lock().unwrap() = true;
        sleeper.changed.notify_one();
    }
    woken.len()
}

fn address(word: &AtomicU32) -> usize {
    real::ptr::from_ref(word).addr()
}
