//! A counting semaphore for threads and processes, which never has more
//! permits than it began with. Python has it as
//! `multiprocessing.BoundedSemaphore`.
//!
//! The permits that are taken and those who wait for one are counted in one
//! word, which is what a waiter sleeps on: so who gives a permit back sees in
//! the same step whether anybody waits.

use super::LOOK;
use super::futex;
use super::here::Here;
use super::spin;
use std::error;
use std::fmt;
use std::hint;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::{Duration, Instant};

/// `PERMITS` permits, 65,535 at most, which threads take and give back, and
/// processes if it lies in memory that they share. All zeros are one whose
/// permits are all there.
///
/// A permit comes back when its [`Permit`] is dropped, by a panic too. It does
/// not if the holder's *process* is killed: a number does not know who has
/// taken from it. Then the others get along with one fewer, and with none
/// wait for ever: use the forms with a deadline, or
/// [`tokens`](crate::tokens), which the kernel gives back.
///
/// Waiters are not served in the order in which they came. A waiter that is
/// killed takes nothing with it.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::semaphore::Semaphore;
///
/// let licences = Semaphore::<4>::new();
/// let permit = licences.acquire();
/// assert_eq!(licences.available(), 3);
/// drop(permit);
/// assert_eq!(licences.available(), 4);
/// ```
///
/// In shared memory:
///
/// ```
/// use ch03_processes::shared::Shared;
/// use ch05_synchronization::semaphore::Semaphore;
///
/// let licences = Shared::<Semaphore<65_535>>::new()?;
/// let permit = licences.acquire();
/// # std::io::Result::Ok(())
/// ```
///
/// More than can be counted, or none, is refused, there as well:
///
/// ```compile_fail,E0080
/// use ch03_processes::shared::Shared;
/// use ch05_synchronization::semaphore::Semaphore;
///
/// let licences = Shared::<Semaphore<70_000>>::new()?;
/// let permit = licences.acquire();
/// # std::io::Result::Ok(())
/// ```
// ANCHOR: semaphore
#[repr(C)]
#[derive(Debug)]
pub struct Semaphore<const PERMITS: u32> {
    /// How many permits are taken and, in the upper half, how many wait, or
    /// were killed while they waited.
    word: AtomicU32,
    /// The CPU that the last of the permits came back on, plus 1.
    cpu: AtomicU32,
}

const TAKEN: u32 = 0xffff;
const WAITER: u32 = 0x1_0000;
// ANCHOR_END: semaphore

/// A permit was given back that nobody had taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all permits are there already")
    }
}

impl error::Error for TooMany {}

/// A moment at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is about to take a permit.
    Taking,
    /// It is counted among those who wait, and not asleep.
    Waiting,
    /// It has a permit.
    Taken,
    /// The permit is back, and nobody has been woken.
    Returned,
}

/// The right to be one of so many. Dropping it gives it back.
///
/// It is this process's. A copy in a forked child gives nothing back: to hand
/// one over, [`forget`](Permit::forget) it, and let the other process
/// [`release`](Semaphore::release).
#[derive(Debug)]
#[must_use = "it is given back when it is dropped: bind it to a name"]
pub struct Permit<'a, const PERMITS: u32> {
    semaphore: &'a Semaphore<PERMITS>,
    here: Here,
}

impl<const PERMITS: u32> Permit<'_, PERMITS> {
    /// Keeps it beyond this handle's life. Whoever is to give it back calls
    /// [`release`](Semaphore::release).
    pub fn forget(self) {
        std::mem::forget(self);
    }
}

impl<const PERMITS: u32> Drop for Permit<'_, PERMITS> {
    fn drop(&mut self) {
        if self.here.is_here() {
            // It fails if somebody has given back one too many: this one.
            let _ = self.semaphore.release();
        }
    }
}

impl<const PERMITS: u32> Default for Semaphore<PERMITS> {
    fn default() -> Self {
        Semaphore::new()
    }
}

impl<const PERMITS: u32> Semaphore<PERMITS> {
    /// One whose permits are all there.
    pub fn new() -> Self {
        const { assert!(PERMITS >= 1 && PERMITS <= TAKEN) };
        Semaphore {
            word: AtomicU32::new(0),
            cpu: AtomicU32::new(0),
        }
    }

    /// How many permits are there. By the time you look at the answer, it may
    /// have changed: good for a report, not for a decision.
    pub fn available(&self) -> u32 {
        PERMITS.saturating_sub(self.word.load(Relaxed) & TAKEN)
    }

    /// Waits for a permit and takes it. If none comes back it waits for ever:
    /// see [`acquire_until`](Semaphore::acquire_until).
    pub fn acquire(&self) -> Permit<'_, PERMITS> {
        let permit = self.acquire_until(None);
        permit.expect("without a deadline it waits for one")
    }

    /// Takes a permit if one is there.
    pub fn try_acquire(&self) -> Option<Permit<'_, PERMITS>> {
        self.take(0).is_ok().then(|| self.permit())
    }

    /// Waits for a permit, for `time` at most.
    pub fn acquire_timeout(
        &self,
        time: Duration,
    ) -> Option<Permit<'_, PERMITS>> {
        self.acquire_until(Instant::now().checked_add(time))
    }

    /// Waits for a permit until the deadline. One that comes back at the last
    /// moment is taken.
    #[inline]
    pub fn acquire_until(
        &self,
        deadline: Option<Instant>,
    ) -> Option<Permit<'_, PERMITS>> {
        self.acquire_stepping(deadline, true, |_| {})
    }

    /// As [`acquire_until`](Semaphore::acquire_until), and sleeps at once,
    /// without looking for a while: for waits that are known to be long.
    pub fn acquire_asleep(
        &self,
        deadline: Option<Instant>,
    ) -> Option<Permit<'_, PERMITS>> {
        self.acquire_stepping(deadline, false, |_| {})
    }

    /// Gives back a permit that was [forgotten](Permit::forget), by whatever
    /// process. What this thread did before is visible to who takes it.
    ///
    /// # Errors
    ///
    /// [`TooMany`]: all of them are there already.
    #[inline]
    pub fn release(&self) -> Result<(), TooMany> {
        self.release_stepping(|_| {})
    }

    // ANCHOR: release
    #[inline]
    pub(crate) fn release_stepping(
        &self,
        step: impl Fn(Step),
    ) -> Result<(), TooMany> {
        let mut word = self.word.load(Relaxed);
        if word & TAKEN >= PERMITS {
            // Somebody may wait for this one, and look where it comes from.
            spin::tell(&self.cpu);
        }
        loop {
            // Looked at and changed in one step, whoever else gives back.
            if word & TAKEN == 0 {
                return Err(TooMany);
            }
            let one_less = word - 1;
            match self.word.compare_exchange(word, one_less, Release, Relaxed) {
                Ok(_) => break,
                Err(found) => word = found,
            }
        }
        step(Step::Returned);
        if word >= WAITER {
            futex::wake(&self.word, 1);
        }
        Ok(())
    }
    // ANCHOR_END: release

    // ANCHOR: acquire
    /// Takes a permit, and `waiters` off the count of those who wait. `Err`:
    /// there is none, and this was the word that said so.
    #[inline]
    fn take(&self, waiters: u32) -> Result<(), u32> {
        // Here too: what begins as zeros has not been through `new`.
        const { assert!(PERMITS >= 1 && PERMITS <= TAKEN) };
        let mut word = self.word.load(Relaxed);
        while word & TAKEN < PERMITS {
            let new = word + 1 - waiters;
            match self.word.compare_exchange(word, new, Acquire, Relaxed) {
                Ok(_) => return Ok(()),
                Err(found) => word = found,
            }
        }
        Err(word)
    }

    #[inline]
    pub(crate) fn acquire_stepping(
        &self,
        deadline: Option<Instant>,
        spins: bool,
        step: impl Fn(Step),
    ) -> Option<Permit<'_, PERMITS>> {
        step(Step::Taking);
        if self.take(0).is_err() && !self.wait(deadline, spins, &step) {
            return None;
        }
        let permit = self.permit();
        step(Step::Taken);
        Some(permit)
    }

    /// Looks for a while, and sleeps then.
    fn wait(
        &self,
        deadline: Option<Instant>,
        spins: bool,
        step: impl Fn(Step),
    ) -> bool {
        if deadline.is_some_and(|at| at <= Instant::now()) {
            // After the clock: it may have come back in time.
            return self.take(0).is_ok();
        }
        // None at all where the last one came back on this very CPU.
        let looks = match spins {
            true => spin::looks(&AtomicU32::new(0), &self.cpu),
            false => 0,
        };
        for _ in 0..looks {
            if self.take(0).is_ok() {
                return true;
            }
            hint::spin_loop();
        }
        self.sleep(deadline, step)
    }

    #[cold]
    fn sleep(&self, deadline: Option<Instant>, step: impl Fn(Step)) -> bool {
        let counted = self.count_in();
        loop {
            // Before the look: a permit that came back in time is taken.
            let now = Instant::now();
            let Err(word) = self.take(counted) else {
                return true;
            };
            if deadline.is_some_and(|deadline| deadline <= now) {
                self.word.fetch_sub(counted, Relaxed);
                return false;
            }
            step(Step::Waiting);
            // Whoever was to wake this one may have been killed before it.
            let look = now + LOOK;
            let until = deadline.map_or(look, |d| d.min(look));
            // Sleeps if the word still is the one that has none.
            futex::wait(&self.word, word, Some(until));
        }
    }

    /// Counts one more that waits, as a difference of the word.
    fn count_in(&self) -> u32 {
        let mut word = self.word.load(Relaxed);
        // With so many already, each permit that comes back wakes somebody.
        while word < u32::MAX - WAITER {
            let new = word + WAITER;
            match self.word.compare_exchange(word, new, Relaxed, Relaxed) {
                Ok(_) => return WAITER,
                Err(found) => word = found,
            }
        }
        0
    }
    // ANCHOR_END: acquire

    fn permit(&self) -> Permit<'_, PERMITS> {
        Permit {
            semaphore: self,
            here: Here::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Semaphore, TooMany, WAITER};
    use crate::sleeper::spawn_asleep;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    use std::thread;
    use std::time::{Duration, Instant};

    const SOON: Duration = Duration::from_millis(1);

    #[test]
    fn permits_come_back() {
        let licences = Semaphore::<2>::new();
        let one = licences.acquire();
        let two = licences.try_acquire().unwrap();
        assert!(licences.try_acquire().is_none());
        assert!(licences.acquire_timeout(SOON).is_none());
        assert!(licences.acquire_timeout(Duration::ZERO).is_none());
        assert!(licences.acquire_asleep(Some(Instant::now())).is_none());
        drop(one);
        assert_eq!(licences.available(), 1);
        drop(two);
        assert!(licences.acquire_timeout(Duration::MAX).is_some());
        assert_eq!(licences.word.load(Relaxed), 0);
    }

    #[test]
    fn none_is_given_back_twice() {
        let licences = Semaphore::<1>::new();
        assert_eq!(licences.release(), Err(TooMany));
        licences.acquire().forget();
        assert_eq!(licences.release(), Ok(()));
        assert_eq!(licences.release(), Err(TooMany));
        assert_eq!(licences.available(), 1);
    }

    #[test]
    fn at_most_so_many_at_once() {
        let licences = Semaphore::<2>::new();
        let inside = AtomicU32::new(0);
        thread::scope(|scope| {
            for spins in [true, true, false, false] {
                let (licences, inside) = (&licences, &inside);
                scope.spawn(move || {
                    for _ in 0..200 {
                        let permit =
                            licences.acquire_stepping(None, spins, |_| {});
                        assert!(inside.fetch_add(1, Relaxed) < 2);
                        thread::yield_now();
                        inside.fetch_sub(1, Relaxed);
                        drop(permit);
                    }
                });
            }
        });
        assert_eq!(licences.word.load(Relaxed), 0);
    }

    #[test]
    fn more_dead_waiters_than_can_be_counted() {
        let licences = Semaphore::<1>::new();
        let held = licences.acquire();
        let full = u32::MAX - WAITER + 1;
        licences.word.fetch_add(full, Relaxed);
        thread::scope(|scope| {
            let wait = || drop(licences.acquire_asleep(None));
            let waiter = spawn_asleep(scope, wait);
            drop(held);
            waiter.join().unwrap();
        });
        assert_eq!(licences.word.load(Relaxed), full);
    }
}
