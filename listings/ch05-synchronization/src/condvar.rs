//! A condition that threads and processes wait for, with whatever lock they
//! have. Python has it as `multiprocessing.Condition`.

use super::LOOK;
use super::futex::{self, Waited};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// A place to sleep until another thread, or another process if this lies in
/// memory that they share, has changed what a lock guards. All zeros are one
/// that nobody waits at.
///
/// It works with any lock: a waiter hands over its guard, and a function that
/// takes the lock again, and gets what that returns. So a mutex that tells of
/// a dead owner tells it here too.
///
/// A wait may end though nobody has notified, and ends after 100 ms at the
/// latest: the one who was to notify may have been killed with the change
/// made and the lock released, or may never make the change, and the one who
/// was notified may have been killed before it did anything. So wait in a
/// loop, and let the loop's condition look at the peers, if they may die.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::condvar::Condvar;
/// use std::sync::Mutex;
/// use std::thread;
///
/// let jobs = Mutex::new(0);
/// let more = Condvar::new();
/// thread::scope(|scope| {
///     scope.spawn(|| {
///         *jobs.lock().unwrap() += 1;
///         more.notify_one();
///     });
///     let mut left = jobs.lock().unwrap();
///     while *left == 0 {
///         left = more.wait(left, || jobs.lock().unwrap());
///     }
///     *left -= 1;
/// });
/// ```
// ANCHOR: condvar
#[repr(C)]
#[derive(Debug)]
pub struct Condvar {
    /// How often somebody has notified.
    notified: AtomicU32,
    /// How many wait, or were killed while they waited: 0 saves the notifier a
    /// system call.
    waiting: AtomicU32,
}
// ANCHOR_END: condvar

/// A moment at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The lock is released, and it does not sleep yet.
    Sleeping,
    /// It does not sleep any more, and is still counted.
    Woken,
    /// The change is made.
    Notifying,
    /// It is counted, and nobody has been woken.
    Notified,
}

impl Default for Condvar {
    fn default() -> Condvar {
        Condvar::new()
    }
}

impl Condvar {
    /// One that nobody waits at.
    pub fn new() -> Condvar {
        Condvar {
            notified: AtomicU32::new(0),
            waiting: AtomicU32::new(0),
        }
    }

    // ANCHOR: wait
    /// Drops `guard`, sleeps until somebody notifies, for 100 ms at most, and
    /// then calls `lock`. A notification after the guard is dropped is not
    /// missed.
    ///
    /// `lock` decides how long this takes in the end: a lock whose owner is
    /// stopped is to be taken with a deadline.
    pub fn wait<G, R>(&self, guard: G, lock: impl FnOnce() -> R) -> R {
        self.wait_until(guard, lock, None).0
    }

    /// As [`wait`](Condvar::wait), and not longer than until the deadline.
    /// Answers whether it has passed. Look at the condition then once more.
    pub fn wait_until<G, R>(
        &self,
        guard: G,
        lock: impl FnOnce() -> R,
        deadline: Option<Instant>,
    ) -> (R, Waited) {
        let look = deadline.map_or(LOOK, |at| {
            at.saturating_duration_since(Instant::now()).min(LOOK)
        });
        let relocked = self.wait_stepping(guard, lock, look, |_| {});
        let late = deadline.is_some_and(|at| at <= Instant::now());
        match late {
            true => (relocked, Waited::TimedOut),
            false => (relocked, Waited::Woken),
        }
    }

    pub(crate) fn wait_stepping<G, R>(
        &self,
        guard: G,
        lock: impl FnOnce() -> R,
        look: Duration,
        step: impl Fn(Step),
    ) -> R {
        // Under the lock. Whoever changes the condition later has taken the
        // lock later, and so sees one that waits, and counts beyond this.
        self.waiting.fetch_add(1, Relaxed);
        let notified = self.notified.load(Relaxed);
        drop(guard);
        step(Step::Sleeping);
        if !look.is_zero() {
            let until = Instant::now() + look;
            futex::wait(&self.notified, notified, Some(until));
        }
        step(Step::Woken);
        self.waiting.fetch_sub(1, Relaxed);
        lock()
    }

    /// Wakes one who waits. Call it after the change, with the lock or
    /// without it.
    pub fn notify_one(&self) {
        self.notify_stepping(1, |_| {});
    }

    /// Wakes all who wait.
    pub fn notify_all(&self) {
        self.notify_stepping(futex::ALL, |_| {});
    }

    pub(crate) fn notify_stepping(&self, sleepers: u32, step: impl Fn(Step)) {
        step(Step::Notifying);
        self.notified.fetch_add(1, Relaxed);
        step(Step::Notified);
        if self.waiting.load(Relaxed) != 0 {
            futex::wake(&self.notified, sleepers);
        }
    }
    // ANCHOR_END: wait
}

#[cfg(test)]
mod tests {
    use super::{Condvar, Waited};
    use std::sync::Mutex;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn a_deadline_is_kept() {
        let (lock, condvar) = (Mutex::new(()), Condvar::new());
        for time in [0, 1, 150] {
            let deadline = Instant::now() + Duration::from_millis(time);
            let mut guard = lock.lock().unwrap();
            loop {
                let relock = || lock.lock().unwrap();
                let (relocked, waited) =
                    condvar.wait_until(guard, relock, Some(deadline));
                guard = relocked;
                if waited == Waited::TimedOut {
                    break;
                }
            }
            assert!(Instant::now() >= deadline);
        }
        assert_eq!(condvar.waiting.load(super::Relaxed), 0);
    }

    #[test]
    fn ping_pong() {
        let (turn, changed) = (Mutex::new(0), Condvar::new());
        let play = |own: u32| {
            for _ in 0..100 {
                let mut now = turn.lock().unwrap();
                while *now % 2 != own {
                    now = changed.wait(now, || turn.lock().unwrap());
                }
                *now += 1;
                drop(now);
                changed.notify_one();
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| play(0));
            play(1);
        });
        assert_eq!(*turn.lock().unwrap(), 200);
    }
}
