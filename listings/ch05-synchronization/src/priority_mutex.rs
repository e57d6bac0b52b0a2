//! A mutex whose owner inherits the priority of whoever waits for it: POSIX's
//! `PTHREAD_PRIO_INHERIT`, which on Linux is `FUTEX_LOCK_PI`.

use std::cell::UnsafeCell;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A mutual exclusion for threads of different priorities.
///
/// While a thread with a real-time priority waits, the owner runs at that
/// priority, so that nobody in between keeps it from letting go. Nice values
/// are not inherited.
///
/// If somebody sleeps for the lock, the kernel hands it over: to the highest
/// priority, and among equals to who came first. The owner that lets go
/// cannot take it back.
///
/// There is no poison: an owner that panics lets go, and the value stays as
/// it is. One that ends and keeps its guard, by [`std::mem::forget`], keeps
/// the lock, and those who wait without a time-out do so for ever.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::priority_mutex::PriorityMutex;
///
/// let speed = PriorityMutex::new(0)?;
/// *speed.lock()? += 3;
/// assert_eq!(*speed.lock()?, 3);
/// # std::io::Result::Ok(())
/// ```
pub struct PriorityMutex<T: ?Sized> {
    /// In a box: the kernel knows a waiter by the address that it waits at.
    raw: Box<UnsafeCell<libc::pthread_mutex_t>>,
    value: UnsafeCell<T>,
}

// SAFETY: the value is moved to another thread with the mutex. A mutex that is
// moved is not locked, since a guard borrows it, unless the guard was
// forgotten: then it stays locked, by a number of the kernel's.
unsafe impl<T: ?Sized + Send> Send for PriorityMutex<T> {}
// SAFETY: one thread at a time has the value, by the guard that `lock` gave it.
unsafe impl<T: ?Sized + Send> Sync for PriorityMutex<T> {}

// ANCHOR: new
impl<T> PriorityMutex<T> {
    /// One that is free.
    ///
    /// # Errors
    ///
    /// The system has no such mutexes.
    pub fn new(value: T) -> io::Result<Self> {
        let raw = Box::new(UnsafeCell::new(libc::PTHREAD_MUTEX_INITIALIZER));
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: the attributes are initialized by the first call and
        // destroyed by the last one; the mutex lies where it will stay, and
        // nobody else knows it yet.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes))?;
            let made = check(libc::pthread_mutexattr_setprotocol(
                attributes,
                libc::PTHREAD_PRIO_INHERIT,
            ))
            .and_then(|()| {
                // Who locks twice is told, instead of sleeping for ever.
                let kind = libc::PTHREAD_MUTEX_ERRORCHECK;
                check(libc::pthread_mutexattr_settype(attributes, kind))
            })
            .and_then(|()| {
                check(libc::pthread_mutex_init(raw.get(), attributes))
            });
            libc::pthread_mutexattr_destroy(attributes);
            made?;
        }
        Ok(PriorityMutex {
            raw,
            value: UnsafeCell::new(value),
        })
    }
}
// ANCHOR_END: new

impl<T: ?Sized> PriorityMutex<T> {
    /// Waits for the lock, without limit: for an owner that is stuck too.
    ///
    /// # Errors
    ///
    /// This thread has it already (`EDEADLK`), or what the kernel says.
    pub fn lock(&self) -> io::Result<PriorityGuard<'_, T>> {
        // SAFETY: the mutex was initialized, and has not moved.
        check(unsafe { libc::pthread_mutex_lock(self.raw.get()) })?;
        Ok(self.guard())
    }

    /// Takes the lock if nobody has it, this thread included.
    pub fn try_lock(&self) -> Option<PriorityGuard<'_, T>> {
        // SAFETY: as in `lock`.
        let error = unsafe { libc::pthread_mutex_trylock(self.raw.get()) };
        (error == 0).then(|| self.guard())
    }

    /// Waits for the lock, for `time` at most. The time is that of the day,
    /// as POSIX has it: if somebody sets the clock, the wait ends sooner or
    /// later.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock).
    pub fn lock_timeout(
        &self,
        time: Duration,
    ) -> io::Result<Option<PriorityGuard<'_, T>>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let deadline = now.map_err(io::Error::other)?.saturating_add(time);
        let Ok(tv_sec) = libc::time_t::try_from(deadline.as_secs()) else {
            return self.lock().map(Some);
        };
        let deadline = libc::timespec {
            tv_sec,
            tv_nsec: deadline.subsec_nanos().into(),
        };
        // SAFETY: as in `lock`; the deadline lives as long as the call.
        let error = unsafe {
            libc::pthread_mutex_timedlock(self.raw.get(), &raw const deadline)
        };
        match error {
            libc::ETIMEDOUT => Ok(None),
            error => check(error).map(|()| Some(self.guard())),
        }
    }

    /// To be called by who has just taken the lock.
    fn guard(&self) -> PriorityGuard<'_, T> {
        PriorityGuard {
            mutex: self,
            not_send: PhantomData,
        }
    }
}

impl<T: ?Sized> Drop for PriorityMutex<T> {
    fn drop(&mut self) {
        // SAFETY: no guard is left that could borrow it. Of one that is
        // locked by a forgotten guard it says EBUSY, and does nothing.
        unsafe { libc::pthread_mutex_destroy(self.raw.get()) };
    }
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
        // SAFETY: the guard is not `Send`: the thread that locked unlocks.
        unsafe { libc::pthread_mutex_unlock(self.mutex.raw.get()) };
    }
}

fn check(error: libc::c_int) -> io::Result<()> {
    match error {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::PriorityMutex;
    use ch04_ipc::asleep::until_asleep_in;
    use rustix::thread::gettid;
    use std::sync::mpsc;
    use std::time::Duration;
    use std::{fs, thread};

    #[test]
    fn who_locks_twice_is_told() {
        let mutex = PriorityMutex::new(()).unwrap();
        let guard = mutex.lock().unwrap();
        let error = mutex.lock().err().expect("it is locked");
        assert_eq!(error.raw_os_error(), Some(libc::EDEADLK));
        assert!(mutex.try_lock().is_none());
        drop(guard);
        assert!(mutex.try_lock().is_some());
    }

    #[test]
    fn nobody_counts_twice() {
        let count = PriorityMutex::new(0).unwrap();
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
        let mutex = PriorityMutex::new(()).unwrap();
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
        let mutex = PriorityMutex::new(()).unwrap();
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
    /// tested.
    #[test]
    fn the_owner_inherits() {
        let mutex = PriorityMutex::new(()).unwrap();
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
            }
        });
    }
}
