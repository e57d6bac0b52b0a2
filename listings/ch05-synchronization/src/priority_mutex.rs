//! A mutex whose owner inherits the priority of whoever waits for it, by the
//! kernel's `FUTEX_LOCK_PI` ([futex(2)]): what POSIX calls
//! `PTHREAD_PRIO_INHERIT`.
//!
//! glibc has such a mutex too. Where the kernel finds a circle of waiters, or
//! an owner that ended, it ends the process by an assertion, or waits for
//! ever. Here both are errors, as the kernel reports them.
//!
//! [futex(2)]: https://man7.org/linux/man-pages/man2/futex.2.html

use ch04_ipc::here::Here;
use nix::time::{ClockId, clock_gettime};
use rustix::io::Errno;
use rustix::thread::futex::{self, Flags, OWNER_DIED, Timespec, WAITERS};
use rustix::thread::gettid;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::thread;
use std::time::Duration;

// ANCHOR: mutex
/// A mutual exclusion for threads of different priorities, in one process.
///
/// While a thread with a real-time priority waits, the owner runs at that
/// priority, so that nobody in between keeps it from letting go. Nice values
/// are not inherited.
///
/// If somebody sleeps for the lock, the kernel hands it over: to the highest
/// priority, and among equals to who came first. The owner that lets go
/// cannot take it back from waiters as urgent as itself. A more urgent thread
/// that asks before the woken one runs gets it first.
///
/// There is no poison: an owner that panics lets go, and the value stays as
/// it is. If one ends and keeps its guard, by [`std::mem::forget`], nobody
/// gets the lock any more: those who wait and those who come are told.
///
/// A copy that a fork makes, of the mutex and of the guard, is free when that
/// copy of the guard is dropped. Drop it before starting threads: who waits
/// for it before waits for the parent, and who comes then may be refused.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::priority_mutex::PriorityMutex;
///
/// let speed = PriorityMutex::new(0);
/// *speed.lock()? += 3;
/// assert_eq!(*speed.lock()?, 3);
/// # std::io::Result::Ok(())
/// ```
pub struct PriorityMutex<T: ?Sized> {
    /// 0, or the number of the thread that has it; with `WAITERS` beside it
    /// the kernel has to be asked to unlock.
    word: AtomicU32,
    /// An owner has ended and kept it.
    lost: AtomicBool,
    value: UnsafeCell<T>,
}
// ANCHOR_END: mutex

// SAFETY: the value is moved to another thread with the mutex.
unsafe impl<T: ?Sized + Send> Send for PriorityMutex<T> {}
// SAFETY: one thread at a time has the value, by the guard that `lock` gave it.
unsafe impl<T: ?Sized + Send> Sync for PriorityMutex<T> {}

impl<T> PriorityMutex<T> {
    /// One that is free.
    pub const fn new(value: T) -> Self {
        PriorityMutex {
            word: AtomicU32::new(0),
            lost: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }
}

impl<T: ?Sized> PriorityMutex<T> {
    /// Waits for the lock, without limit: for an owner that is stuck too.
    ///
    /// # Errors
    ///
    /// - `EDEADLK`: this thread has it already, or would close a circle of
    ///   threads that wait for such mutexes of each other, or the chain of
    ///   owners is longer than `kernel.max_lock_depth`, by default 1,024.
    /// - `ESRCH`: an owner has ended and kept it. If its number is another
    ///   thread's by now, this waits for that one's end first, or is refused
    ///   (`EDEADLK` if it is this thread's, `EPERM` if it is the kernel's).
    pub fn lock(&self) -> io::Result<PriorityGuard<'_, T>> {
        if !self.take() {
            self.wait(None)?;
        }
        self.guard()
    }

    /// Takes the lock if nobody has it, this thread included.
    pub fn try_lock(&self) -> Option<PriorityGuard<'_, T>> {
        if self.take() { self.guard().ok() } else { None }
    }

    /// Waits for the lock, for `time` at most, by `CLOCK_MONOTONIC`.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock), and `ENOSYS`: Linux is older than 5.14.
    pub fn lock_timeout(
        &self,
        time: Duration,
    ) -> io::Result<Option<PriorityGuard<'_, T>>> {
        if !self.take() {
            let now = Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC)?);
            let until = now.saturating_add(time);
            let until = Timespec {
                tv_sec: until.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: until.subsec_nanos().into(),
            };
            match self.wait(Some(&until)) {
                Err(Errno::TIMEDOUT) => return Ok(None),
                done => done?,
            }
        }
        self.guard().map(Some)
    }

    // ANCHOR: take
    /// From 0 to this thread's number, without a system call.
    fn take(&self) -> bool {
        let me = own_number();
        self.word.compare_exchange(0, me, Acquire, Relaxed).is_ok()
    }

    /// Whom it waits for, the kernel reads in the word.
    fn wait(&self, until: Option<&Timespec>) -> rustix::io::Result<()> {
        loop {
            let done = match until {
                None => futex::lock_pi(&self.word, Flags::PRIVATE, None),
                // `lock_pi` goes by the clock that somebody may set.
                _ => futex::lock_pi2(&self.word, Flags::PRIVATE, until),
            };
            match done {
                // The owner is about to end.
                Err(Errno::AGAIN) => thread::yield_now(),
                done => return done,
            }
        }
    }

    fn unlock(&self, owner: u32) {
        if own_number() != owner {
            // A forked copy, of which the kernel does not know that this has
            // it.
            self.word.store(0, Release);
            return;
        }
        let free = self.word.compare_exchange(owner, 0, Release, Relaxed);
        if free.is_err() {
            // The bit is there. This is for the `Release`, and for who gets
            // the lock from the kernel and loads what became of this word.
            self.word.fetch_or(WAITERS, Release);
            // It is refused in a copy alone, for which somebody has waited
            // too early.
            let _ = futex::unlock_pi(&self.word, Flags::PRIVATE);
        }
    }
    // ANCHOR_END: take

    /// To be called by who has just taken the lock.
    fn guard(&self) -> io::Result<PriorityGuard<'_, T>> {
        let guard = PriorityGuard {
            mutex: self,
            owner: own_number(),
            not_send: PhantomData,
        };
        if self.word.load(Acquire) & OWNER_DIED != 0 {
            // A leaked guard may have given out the value for ever.
            self.lost.store(true, Relaxed);
        }
        match self.lost.load(Relaxed) {
            // Dropping the guard unlocks, so that the next one is told too.
            true => Err(Errno::SRCH.into()),
            false => Ok(guard),
        }
    }
}

/// By which the kernel knows this thread. It is asked once a thread, and
/// again in a forked copy of one.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch05_synchronization::priority_mutex::PriorityMutex;
///
/// let mutex = PriorityMutex::new(());
/// let mut held = Some(mutex.lock()?);
/// let mut child = ForkedChild::start(|| {
///     held = None;
///     // With its parent's number it would wait for its parent.
///     let _held = mutex.lock().unwrap();
///     let error = mutex.lock().err().and_then(|e| e.raw_os_error());
///     i32::from(error != Some(libc::EDEADLK))
/// })?;
/// assert_eq!(child.wait()?.code(), Some(0));
/// # std::io::Result::Ok(())
/// ```
fn own_number() -> u32 {
    thread_local! {
        static OWN: Cell<Option<(Here, u32)>> = const { Cell::new(None) };
    }
    if let Some((here, number)) = OWN.get()
        && here.is_here()
    {
        return number;
    }
    let number = gettid().as_raw_nonzero().get().cast_unsigned();
    OWN.set(Some((Here::now(), number)));
    number
}

impl<T: ?Sized> fmt::Debug for PriorityMutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PriorityMutex").finish_non_exhaustive()
    }
}

/// The lock, held by this thread until it is dropped.
#[must_use = "dropping it lets go of the lock"]
pub struct PriorityGuard<'a, T: ?Sized> {
    mutex: &'a PriorityMutex<T>,
    owner: u32,
    /// The thread that locked has to unlock: it is who inherits.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives out shared references to the value alone.
unsafe impl<T: ?Sized + Sync> Sync for PriorityGuard<'_, T> {}

impl<T: ?Sized> Deref for PriorityGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this thread has the lock, so nobody has a `&mut T`.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for PriorityGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this thread has the lock, and only one guard.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized> Drop for PriorityGuard<'_, T> {
    fn drop(&mut self) {
        self.mutex.unlock(self.owner);
    }
}

#[cfg(test)]
mod tests {
    use super::PriorityMutex;
    use crate::sleeper::spawn_asleep;
    use ch04_ipc::asleep::until_asleep_in;
    use rustix::thread::gettid;
    use std::sync::{Barrier, mpsc};
    use std::time::Duration;
    use std::{fs, mem, thread};

    #[test]
    fn who_locks_twice_is_told() {
        let mutex = PriorityMutex::new(());
        let guard = mutex.lock().unwrap();
        let error = mutex.lock().err().expect("it is locked");
        assert_eq!(error.raw_os_error(), Some(libc::EDEADLK));
        assert!(mutex.try_lock().is_none());
        drop(guard);
        assert!(mutex.try_lock().is_some());
    }

    /// Whoever would close the circle is told; both, if they close it at the
    /// same moment.
    #[test]
    fn a_circle_is_refused() {
        let (here, there) = (PriorityMutex::new(()), PriorityMutex::new(()));
        let both_have_one = Barrier::new(2);
        let lock_both = |one: &PriorityMutex<()>, other: &PriorityMutex<()>| {
            let _one = one.lock().unwrap();
            both_have_one.wait();
            other.lock().err().map(|e| e.raw_os_error())
        };
        let refused = thread::scope(|s| {
            let first = s.spawn(|| lock_both(&here, &there));
            let second = lock_both(&there, &here);
            [first.join().unwrap(), second]
        });
        let refused: Vec<_> = refused.into_iter().flatten().collect();
        assert!(!refused.is_empty());
        assert!(refused.iter().all(|e| *e == Some(libc::EDEADLK)));
        assert!(here.try_lock().is_some() && there.try_lock().is_some());
    }

    /// Its value may still be in use, by a guard that was leaked: nobody gets
    /// the lock any more, and nobody waits for ever.
    #[test]
    fn an_owner_that_ends_with_the_lock_is_reported() {
        let mutex = PriorityMutex::new(());
        let (let_go, may_go) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        thread::scope(|s| {
            let owner = s.spawn(|| {
                let may_go = may_go;
                mem::forget(mutex.lock().unwrap());
                tell.send(()).unwrap();
                may_go.recv().unwrap();
            });
            told.recv().unwrap();
            let wait = || mutex.lock().err().and_then(|e| e.raw_os_error());
            let sleepers = [(); 2].map(|()| spawn_asleep(s, wait));
            let_go.send(()).unwrap();
            owner.join().unwrap();
            for sleeper in sleepers {
                assert_eq!(sleeper.join().unwrap(), Some(libc::ESRCH));
            }
        });
        let after = mutex.lock_timeout(Duration::from_millis(20)).err();
        assert_eq!(after.unwrap().raw_os_error(), Some(libc::ESRCH));
        assert!(mutex.try_lock().is_none());
    }

    /// As above, if nobody sleeps for the lock at that moment.
    #[test]
    fn who_comes_after_the_owners_end_is_told() {
        let mutex = PriorityMutex::new(());
        thread::scope(|s| {
            let owner = s.spawn(|| mem::forget(mutex.lock().unwrap()));
            owner.join().unwrap();
        });
        let after = mutex.lock_timeout(Duration::from_millis(20)).err();
        assert_eq!(after.unwrap().raw_os_error(), Some(libc::ESRCH));
        assert!(mutex.try_lock().is_none());
    }

    #[test]
    fn nobody_counts_twice() {
        let count = PriorityMutex::new(0);
        thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| {
                    for _ in 0..1_000 {
                        *count.lock().unwrap() += 1;
                    }
                });
            }
        });
        assert_eq!(*count.lock().unwrap(), 4_000);
    }

    #[test]
    fn a_wait_ends() {
        let mutex = PriorityMutex::new(());
        let _held = mutex.lock().unwrap();
        thread::scope(|s| {
            s.spawn(|| {
                for time in [Duration::ZERO, Duration::from_millis(20)] {
                    assert!(mutex.lock_timeout(time).unwrap().is_none());
                }
            });
        });
    }

    #[test]
    fn a_panic_lets_go() {
        let mutex = PriorityMutex::new(());
        thread::scope(|s| {
            let owner = s.spawn(|| {
                let _held = mutex.lock().unwrap();
                panic!("while it has the lock");
            });
            assert!(owner.join().is_err());
        });
        assert!(mutex.try_lock().is_some());
    }

    /// Needs the right to run at a real-time priority; without, nothing is
    /// tested, and `--nocapture` shows that.
    #[test]
    fn the_owner_inherits() {
        let mutex = PriorityMutex::new(());
        let own = || {
            let stat = fs::read_to_string("/proc/thread-self/stat").unwrap();
            // proc_pid_stat(5): the 18th field; the name is the second one.
            let (_, rest) = stat.rsplit_once(')').unwrap();
            rest.split_whitespace()
                .nth(15)
                .unwrap()
                .parse::<i32>()
                .unwrap()
        };
        let held = mutex.lock().unwrap();
        let before = own();
        thread::scope(|s| {
            let (tell, told) = mpsc::channel();
            s.spawn(|| {
                let tell = tell;
                let urgent = libc::sched_param { sched_priority: 10 };
                // SAFETY: it asks for this thread; the struct is whole.
                let refused = unsafe {
                    libc::sched_setscheduler(0, libc::SCHED_FIFO, &urgent)
                };
                let tid = gettid().as_raw_nonzero().get();
                tell.send((refused == 0).then_some(tid)).unwrap();
                drop(mutex.lock().unwrap());
            });
            if let Some(tid) = told.recv().unwrap() {
                until_asleep_in(libc::SYS_futex, tid).unwrap();
                // What the kernel shows of a real-time priority p is -1 - p.
                assert_eq!(own(), -11);
                drop(held);
                assert_eq!(own(), before);
            } else {
                drop(held);
                println!("not tested: SCHED_FIFO is not allowed here");
            }
        });
    }
}
