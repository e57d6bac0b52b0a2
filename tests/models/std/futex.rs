//! The chapters' `futex` module, on a checker's own locks. A case takes it in
//! place of theirs: `use std::futex;`.
//!
//! A wait with a deadline never times out, unless the model says so by
//! [`times_out`]: that a sleeper would have looked again after a while is no
//! cure for a wakeup that was lost. Here it is a deadlock, which the checker
//! reports.

use crate::sync::atomic::{AtomicU32, Ordering::Relaxed};
use crate::sync::{Arc, Condvar, Mutex};
use crate::time::{Duration, Instant};
use real::sync::atomic::AtomicU64;
use real::vec::Vec;
use std as real;

/// Why a wait is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Woken, or the word was another from the start.
    Woken,
    /// The time was up: see [`times_out`].
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
    /// In nanoseconds.
    static ref TIMED: AtomicU64 = AtomicU64::new(0);
}

/// In this execution a wait for at most so long may end by its time.
pub fn times_out(limit: Duration) {
    TIMED.store(limit.as_nanos().try_into().unwrap_or(u64::MAX), Relaxed);
}

/// Sleeps if `word` is still `expected`, as one step: a change and a `wake`
/// come before it, or find it asleep.
pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Waited {
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
    let left = deadline.map(|deadline| deadline - Instant::now());
    let limit = left.filter(|left| left.as_nanos() <= TIMED.load(Relaxed).into());
    let mut woken = sleeper.woken.lock().unwrap();
    while !*woken {
        let Some(limit) = limit else {
            woken = sleeper.changed.wait(woken).unwrap();
            continue;
        };
        let (relocked, result) = sleeper.changed.wait_timeout(woken, limit).unwrap();
        if result.timed_out() {
            drop(relocked);
            let mut sleepers = SLEEPERS.lock().unwrap();
            let before = sleepers.len();
            sleepers.retain(|other| !Arc::ptr_eq(other, &sleeper));
            // Else somebody has taken it off already, and wakes it.
            if sleepers.len() < before {
                return Waited::TimedOut;
            }
            drop(sleepers);
            woken = sleeper.woken.lock().unwrap();
        } else {
            woken = relocked;
        }
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
