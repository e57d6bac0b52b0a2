//! Sleeping until a word of shared memory changes: futex(2), with which the
//! chapter's queues wait.
//!
//! The word is the truth and the futex only sleeps: look at the word, decide,
//! and let [`wait`] sleep if it is *still* what was seen. The kernel compares
//! and sleeps as one step, so that a [`wake`] after a change is never missed.
//!
//! The calls are made without `FUTEX_PRIVATE_FLAG`: the other side may be
//! another process, which has mapped the word at another address.

use rustix::io::Errno;
use rustix::thread::futex::{self, Flags, Timespec};
use std::sync::atomic::AtomicU32;
use std::time::Instant;

/// Why a wait is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Woken, or the word was another from the start, or a signal handler
    /// ran, or for no reason at all: look at the word again.
    Woken,
    /// The deadline has passed.
    TimedOut,
}

/// Sleeps while `word` is `expected`, until a [`wake`] or the deadline. With
/// no deadline it may sleep for ever: a peer that is dead wakes nobody.
///
/// # Examples
///
/// ```
/// use ch04_ipc::futex::{Waited, wait, wake};
/// use std::sync::atomic::{AtomicU32, Ordering::{Acquire, Release}};
/// use std::thread;
/// use std::time::{Duration, Instant};
///
/// let ready = AtomicU32::new(0);
/// thread::scope(|scope| {
///     scope.spawn(|| {
///         ready.store(1, Release);
///         wake(&ready, 1);
///     });
///     while ready.load(Acquire) == 0 {
///         wait(&ready, 0, None);
///     }
/// });
///
/// let soon = Instant::now() + Duration::from_millis(1);
/// while wait(&ready, 1, Some(soon)) != Waited::TimedOut {}
/// ```
pub fn wait(
    word: &AtomicU32,
    expected: u32,
    deadline: Option<Instant>,
) -> Waited {
    // FUTEX_WAIT's limit is a duration, by the monotonic clock.
    let left = deadline.map(|at| {
        let left = at.saturating_duration_since(Instant::now());
        Timespec::try_from(left).unwrap_or(LONG)
    });
    match futex::wait(word, Flags::empty(), expected, left.as_ref()) {
        Err(Errno::TIMEDOUT) => Waited::TimedOut,
        // EAGAIN: it is another word by now. EINTR: a signal handler ran.
        Ok(()) | Err(Errno::AGAIN | Errno::INTR) => Waited::Woken,
        Err(error) => panic!("futex(2) on a mapped word: {error}"),
    }
}

/// More than any wait lasts, should a duration not fit.
const LONG: Timespec = Timespec {
    tv_sec: i64::MAX,
    tv_nsec: 0,
};

/// Wakes at most so many of those that sleep on `word`, in this process and
/// in others, and answers how many that were. Change the word first.
pub fn wake(word: &AtomicU32, sleepers: u32) -> usize {
    futex::wake(word, Flags::empty(), sleepers)
        .expect("futex(2) on a mapped word")
}

/// For [`wake`]: all of them.
pub const ALL: u32 = i32::MAX as u32;
