//! A counting semaphore, whose permits give themselves back.
//!
//! Python has it as `threading.Semaphore`, used by `with`. The algorithm is
//! the textbook's monitor: a number, a lock, and a condition to wait for.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lets at most so many at once go past.
///
/// # Examples
///
/// ```standalone_crate
/// use ch02_multithreading::semaphore::Semaphore;
///
/// let calls = Semaphore::new(3);
/// let permit = calls.acquire();
/// assert_eq!(calls.available(), 2);
/// drop(permit);
/// assert_eq!(calls.available(), 3);
/// ```
// ANCHOR: semaphore
#[derive(Debug)]
pub struct Semaphore {
    /// The permits that nobody holds.
    free: Mutex<usize>,
    /// Notified once for each permit that comes back.
    returned: Condvar,
}

impl Semaphore {
    /// A semaphore with this many permits, all free. Their number never
    /// grows; with none, every `acquire` waits for ever.
    pub fn new(permits: usize) -> Semaphore {
        Semaphore {
            free: Mutex::new(permits),
            returned: Condvar::new(),
        }
    }

    /// Waits for a permit and takes it. It is taken until the `Permit` is
    /// dropped, by whichever thread.
    ///
    /// A holder that drops its permit wakes a waiter; so does one that
    /// panics, since unwinding drops it. A permit that is forgotten
    /// (`mem::forget`), or whose holder never ends, does not come back, and
    /// if none other does, this waits for ever. Waiters are not served in
    /// the order in which they came.
    pub fn acquire(&self) -> Permit<'_> {
        let mut free = self.lock();
        while *free == 0 {
            let relocked = self.returned.wait(free);
            free = relocked.unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Permit { semaphore: self }
    }

    /// Ignores poison: the number is changed in one step, so no panic can
    /// leave it half changed.
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be one of so many. Dropping it gives it back.
#[derive(Debug)]
#[must_use = "it is given back when it is dropped: bind it to a name"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.semaphore.lock() += 1;
        // One permit serves one waiter, and all of them wait for the same.
        self.semaphore.returned.notify_one();
    }
}
// ANCHOR_END: semaphore

/// The forms that give up, and a look from outside.
impl Semaphore {
    /// Takes a permit if one is free now.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut free = self.lock();
        *free = free.checked_sub(1)?;
        Some(Permit { semaphore: self })
    }

    /// Waits for a permit, but no longer than `timeout`. A permit that comes
    /// back at the last moment is taken.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch02_multithreading::semaphore::Semaphore;
    /// use std::time::Duration;
    ///
    /// let calls = Semaphore::new(1);
    /// let held = calls.acquire();
    /// assert!(calls.try_acquire().is_none());
    /// assert!(calls.acquire_timeout(Duration::from_millis(1)).is_none());
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| drop(held));
    ///     assert!(calls.acquire_timeout(Duration::MAX).is_some());
    /// });
    /// assert_eq!(calls.available(), 1);
    /// ```
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let started = Instant::now();
        let mut free = self.lock();
        while *free == 0 {
            // A wakeup that finds nothing must not start the time anew.
            let left = timeout.saturating_sub(started.elapsed());
            let relocked = self.returned.wait_timeout(free, left);
            let (guard, waited) =
                relocked.unwrap_or_else(PoisonError::into_inner);
            free = guard;
            if waited.timed_out() && *free == 0 {
                return None;
            }
        }
        *free -= 1;
        Some(Permit { semaphore: self })
    }

    /// How many permits are free. Another thread may have changed that by
    /// the time you look at the answer: good for a report, not for a
    /// decision.
    pub fn available(&self) -> usize {
        *self.lock()
    }
}
