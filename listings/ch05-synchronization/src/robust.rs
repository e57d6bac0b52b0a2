//! A mutex between processes that survives its owner: POSIX's robust mutex,
//! with the data that it guards. Python has none: a `multiprocessing.Lock`
//! stays held when its owner dies.
//!
//! The kernel knows which robust mutexes a thread holds, since the C library
//! keeps a list of them, and marks each when the thread ends
//! ([get_robust_list(2)]).
//!
//! [get_robust_list(2)]: https://man7.org/linux/man-pages/man2/get_robust_list.2.html

use super::LOOK;
use ch03_processes::mapping::Mapping;
use ch04_ipc::here::Here;
use ch04_ipc::peer::Peer;
use ch04_ipc::spin;
use nix::time::{ClockId, clock_gettime};
use std::cell::UnsafeCell;
use std::hint;
use std::io;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::num::NonZeroUsize;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::thread;
use std::time::{Duration, Instant};
use zerocopy::FromBytes;

// ANCHOR: mutex
/// A mutex and its data, all zeros at first, in memory that children share
/// which are forked from now on. Threads may use it as well.
///
/// If its owner panics, or its process ends while it holds the lock, killed or
/// not, the next one gets the lock and is told: [`Recovered`]. The data are
/// then as they were left, perhaps in the middle of a change. That is why they
/// are of a type that any bytes are a value of.
///
/// An owner that is only stopped is waited for: see
/// [`lock_until`](RobustMutex::lock_until). So is the end of a process that
/// has replaced itself by exec, or in which a guard was forgotten and its
/// thread has ended: a reference to the data may be left. Whether a process
/// has ended is asked in `/proc`, which has to be mounted and to show it.
///
/// Dropped while somebody holds the lock, another process too, it stays
/// mapped until this process ends.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::robust::RobustMutex;
///
/// let hits = RobustMutex::<u64>::new()?;
/// *hits.lock()?.or_repair(|hits| *hits = 0) += 1;
/// assert_eq!(*hits.lock()?.or_repair(|hits| *hits = 0), 1);
/// # std::io::Result::Ok(())
/// ```
///
/// A `bool` may not be left half-written:
///
/// ```compile_fail,E0599
/// use ch05_synchronization::robust::RobustMutex;
///
/// let seen = RobustMutex::<bool>::new();
/// ```
#[derive(Debug)]
pub struct RobustMutex<T> {
    /// Begins with an `Inner<T>`, which is never moved.
    memory: ManuallyDrop<Mapping>,
    of: PhantomData<T>,
}

#[repr(C)]
struct Inner<T> {
    mutex: UnsafeCell<libc::pthread_mutex_t>,
    /// Not 0 if the data may be half-written. Changed by the owner alone.
    broken: AtomicU32,
    /// The CPU of the owner, plus 1; 0 if there is none. For those who look
    /// before they sleep, and after a death not true.
    owner: AtomicU32,
    /// The process of the owner, a `Peer`; 0 if the guard was dropped.
    /// Changed by the owner alone.
    process: AtomicU64,
    data: UnsafeCell<T>,
}
// ANCHOR_END: mutex

// SAFETY: the mutex is for many, and the data are reached by its owner alone,
// one thread after the other, which `T: Send` is for.
unsafe impl<T: Send> Send for RobustMutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for RobustMutex<T> {}

impl<T> Drop for RobustMutex<T> {
    fn drop(&mut self) {
        // A thread that has forgotten its guard has the mutex in its list,
        // where the C library and the kernel write: then the page stays.
        let free = self.try_lock().is_ok_and(|lock| lock.is_some());
        if free {
            // SAFETY: no thread of this process holds it, or will.
            unsafe { ManuallyDrop::drop(&mut self.memory) };
        }
    }
}

/// The lock is yours: how the last owner left the data.
#[derive(Debug)]
#[must_use = "it is unlocked when it is dropped: bind it to a name"]
pub enum Lock<'a, T> {
    /// As whole as it wanted.
    Locked(Guard<'a, T>),
    /// It died, or panicked, with the lock held.
    Recovered(Recovered<'a, T>),
}

/// The lock and the data. Dropping it unlocks; a panic that does leaves a
/// mark, so that the next owner gets [`Recovered`].
///
/// It is this thread's. A copy in a forked child unlocks nothing, and panics
/// when it is used. A reference to the data that was taken from it before is
/// not checked: to use it in a child is a data race, undefined behaviour.
#[derive(Debug)]
#[must_use = "it is unlocked when it is dropped: bind it to a name"]
pub struct Guard<'a, T> {
    mutex: &'a RobustMutex<T>,
    here: Here,
    /// A panic began before the lock was taken: it is not about these data.
    unwinding: bool,
    /// A pthread mutex is unlocked by the thread that has locked it.
    not_send: PhantomData<*const ()>,
}

/// The lock, and data that may be half-written. Look, mend, and call
/// [`repaired`](Recovered::repaired); if it is dropped before, or its owner
/// dies too, the next one gets it like this again.
#[derive(Debug)]
#[must_use = "it is unlocked, and not repaired, when it is dropped"]
pub struct Recovered<'a, T>(Guard<'a, T>);

/// Before the first look at a lock that somebody has.
const FIRST_PAUSES: u32 = 16;

/// A process that is killed ends soon after the thread that had the lock:
/// how long to wait for it at first.
const PAUSE: Duration = Duration::from_millis(1);

unsafe extern "C" {
    // The form that takes a clock: glibc has it since 2.30, and the crate
    // `libc` does not name it.
    fn pthread_mutex_clocklock(
        mutex: *mut libc::pthread_mutex_t,
        clock: libc::clockid_t,
        until: *const libc::timespec,
    ) -> libc::c_int;
}

impl<T: FromBytes + Send + 'static> RobustMutex<T> {
    /// One that nobody holds.
    ///
    /// # Errors
    ///
    /// The system has no memory left.
    pub fn new() -> io::Result<Self> {
        RobustMutex::with(libc::PTHREAD_MUTEX_ROBUST)
    }

    /// One that is *not* robust: if its owner dies, all others wait for ever.
    /// To be shown, and to be measured.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn stalled() -> io::Result<Self> {
        RobustMutex::with(libc::PTHREAD_MUTEX_STALLED)
    }

    // ANCHOR: new
    fn with(robustness: libc::c_int) -> io::Result<Self> {
        const {
            assert!(align_of::<T>() <= 4096, "a page is aligned to 4,096");
            assert!(!std::mem::needs_drop::<T>(), "nobody would drop it");
        }
        let bytes = NonZeroUsize::new(size_of::<Inner<T>>());
        let memory = Mapping::anonymous(bytes.expect("a mutex has bytes"))?;
        // `Inner<T>` begins with it.
        let mutex = memory.start().cast().as_ptr();
        let mut attributes = MaybeUninit::uninit();
        let attributes: *mut libc::pthread_mutexattr_t =
            attributes.as_mut_ptr();
        // SAFETY: `attributes` is a variable's, initialized by the first call
        // before the others read it. The mutex has memory of its own, aligned
        // as a page is, which is not moved, and nobody else has it yet.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes))?;
            let shared = libc::PTHREAD_PROCESS_SHARED;
            check(libc::pthread_mutexattr_setpshared(attributes, shared))?;
            check(libc::pthread_mutexattr_setrobust(attributes, robustness))?;
            // To lock it twice is an error, and not a deadlock.
            let kind = libc::PTHREAD_MUTEX_ERRORCHECK;
            check(libc::pthread_mutexattr_settype(attributes, kind))?;
            check(libc::pthread_mutex_init(mutex, attributes))?;
        }
        Ok(RobustMutex {
            memory: ManuallyDrop::new(memory),
            of: PhantomData,
        })
    }
    // ANCHOR_END: new
}

impl<T> RobustMutex<T> {
    fn inner(&self) -> &Inner<T> {
        // SAFETY: `with` has made the memory large enough, it begins a page,
        // and it lives as long as `self`. In it are a mutex, three atomics,
        // and a `T`, which any bytes are; what others change is in cells.
        unsafe { self.memory.start().cast().as_ref() }
    }

    fn pthread(&self) -> *mut libc::pthread_mutex_t {
        self.inner().mutex.get()
    }

    /// Waits for the lock, for ever if its owner does not unlock and its
    /// process does not end.
    ///
    /// # Errors
    ///
    /// `EDEADLK`: this thread has it already.
    #[inline]
    pub fn lock(&self) -> io::Result<Lock<'_, T>> {
        let lock = self.lock_until(None)?;
        Ok(lock.expect("without a deadline it waits for the lock"))
    }

    /// Takes the lock if nobody has it.
    ///
    /// # Errors
    ///
    /// As for [`lock`](Self::lock).
    ///
    /// # Examples
    ///
    /// A thread forgets its guard and ends, and its process goes on, until it
    /// is killed:
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork::ForkedChild;
    /// use ch03_processes::shared::Shared;
    /// use ch04_ipc::peer::Peer;
    /// use ch05_synchronization::event::Event;
    /// use ch05_synchronization::robust::{Lock, RobustMutex};
    /// use std::{mem, thread};
    ///
    /// let mutex = RobustMutex::<u32>::new()?;
    /// let forgotten = Shared::<Event>::new()?;
    /// let mut child = ForkedChild::start(|| {
    ///     thread::scope(|scope| {
    ///         scope.spawn(|| mem::forget(mutex.lock())).join().unwrap();
    ///     });
    ///     forgotten.set();
    ///     loop { thread::park() }
    /// })?;
    /// let owner = Peer::of(child.pid() as u32)?;
    /// forgotten.wait_for(owner, None).expect("it goes on");
    /// assert!(mutex.try_lock()?.is_none());
    /// child.kill()?;
    /// assert!(matches!(mutex.lock()?, Lock::Recovered(_)));
    /// # child.wait()?;
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn try_lock(&self) -> io::Result<Option<Lock<'_, T>>> {
        Ok(self.try_once()?.then(|| self.locked()))
    }

    /// Waits for the lock, for `time` at most.
    ///
    /// # Errors
    ///
    /// As for [`lock`](Self::lock).
    pub fn lock_timeout(
        &self,
        time: Duration,
    ) -> io::Result<Option<Lock<'_, T>>> {
        self.lock_until(Instant::now().checked_add(time))
    }

    // ANCHOR: lock
    /// Waits for the lock until the deadline; `None` if it was not to be had.
    ///
    /// # Errors
    ///
    /// As for [`lock`](Self::lock).
    #[inline]
    pub fn lock_until(
        &self,
        deadline: Option<Instant>,
    ) -> io::Result<Option<Lock<'_, T>>> {
        let has_it = self.try_once()? || self.wait(deadline)?;
        Ok(has_it.then(|| self.locked()))
    }

    #[inline]
    fn try_once(&self) -> io::Result<bool> {
        // SAFETY: `with` has initialized the mutex, and it lives as long as
        // `self`.
        self.judge(unsafe { libc::pthread_mutex_trylock(self.pthread()) })
    }

    #[cold]
    fn wait(&self, deadline: Option<Instant>) -> io::Result<bool> {
        let owner = &self.inner().owner;
        let passed = |at: Instant| at <= Instant::now();
        if deadline.is_some_and(passed) {
            // After the clock: it may have been free in time.
            return self.try_once();
        }
        // None at all where the owner needs this very CPU.
        let mut left = spin::looks(&AtomicU32::new(0), owner);
        // Ever more seldom: each look takes the line away from the owner, who
        // may want the lock again and again.
        let mut pauses = FIRST_PAUSES;
        while left > 0 {
            pauses = pauses.min(left);
            (0..pauses).for_each(|_| hint::spin_loop());
            if owner.load(Relaxed) == 0 && self.try_once()? {
                return Ok(true);
            }
            left -= pauses;
            pauses *= 2;
        }
        let mutex = self.pthread();
        let mut pause = PAUSE;
        loop {
            let has_it = self.judge(match deadline {
                // SAFETY: as in `try_once`.
                None => unsafe { libc::pthread_mutex_lock(mutex) },
                Some(deadline) => {
                    let until = monotonic(deadline)?;
                    let clock = libc::CLOCK_MONOTONIC;
                    // SAFETY: as in `try_once`; the time is a variable's.
                    unsafe { pthread_mutex_clocklock(mutex, clock, &until) }
                }
            })?;
            if has_it || deadline.is_some_and(passed) {
                return Ok(has_it);
            }
            // The owner's thread has ended, and its process not yet.
            let left =
                |at: Instant| at.saturating_duration_since(Instant::now());
            thread::sleep(deadline.map_or(pause, left).min(pause));
            pause = LOOK.min(pause * 2);
        }
    }

    /// What a call to lock has answered: has this thread the lock?
    #[inline]
    fn judge(&self, answer: libc::c_int) -> io::Result<bool> {
        match answer {
            0 => {}
            libc::EOWNERDEAD => self.take_over()?,
            libc::EBUSY | libc::ETIMEDOUT => return Ok(false),
            error => return Err(io::Error::from_raw_os_error(error)),
        }
        let last = self.inner().process.load(Relaxed);
        Ok(last == 0 || !self.goes_on(last))
    }

    /// The lock, of this thread, which has it.
    #[inline]
    fn locked(&self) -> Lock<'_, T> {
        let inner = self.inner();
        let here = Here::now();
        inner.process.store(here.peer().word(), Relaxed);
        spin::tell(&inner.owner);
        let guard = Guard {
            mutex: self,
            here,
            unwinding: thread::panicking(),
            not_send: PhantomData,
        };
        match inner.broken.load(Relaxed) {
            0 => Lock::Locked(guard),
            _ => Lock::Recovered(Recovered(guard)),
        }
    }

    /// Does the process go on whose guard was not dropped? A reference may be
    /// in use then, and the lock is given back.
    #[cold]
    fn goes_on(&self, last: u64) -> bool {
        let goes_on = !Peer::from_word(last).has_ended();
        if goes_on {
            // SAFETY: as in `try_once`, and this thread owns the mutex.
            unsafe { libc::pthread_mutex_unlock(self.pthread()) };
        }
        goes_on
    }

    #[cold]
    fn take_over(&self) -> io::Result<()> {
        // The mark first. Without the second call the mutex would be lost to
        // all (ENOTRECOVERABLE), once it is unlocked; and who dies between
        // the two is followed by one who gets EOWNERDEAD again.
        self.inner().broken.store(1, Relaxed);
        // SAFETY: as in `try_once`, and this thread owns the mutex.
        check(unsafe { libc::pthread_mutex_consistent(self.pthread()) })
    }
    // ANCHOR_END: lock
}

// ANCHOR: guard
impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if !self.here.is_here() {
            return;
        }
        let inner = self.mutex.inner();
        if !self.unwinding && thread::panicking() {
            inner.broken.store(1, Relaxed);
        }
        inner.owner.store(0, Relaxed);
        inner.process.store(0, Relaxed);
        // SAFETY: the mutex lives as long as the borrow, and this thread of
        // this process has locked it.
        unsafe { libc::pthread_mutex_unlock(self.mutex.pthread()) };
    }
}

impl<'a, T> Recovered<'a, T> {
    /// The data are whole again: says so to all who come.
    ///
    /// # Panics
    ///
    /// In a copy, which a forked child has:
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork::ForkedChild;
    /// use ch05_synchronization::robust::{Lock, RobustMutex};
    /// use std::mem;
    ///
    /// let mutex = RobustMutex::<u32>::new()?;
    /// let mut owner = ForkedChild::start(|| {
    ///     mem::forget(mutex.lock());
    ///     0
    /// })?;
    /// owner.wait()?;
    /// let Lock::Recovered(found) = mutex.lock()? else { panic!() };
    /// let mut child = ForkedChild::start(|| {
    ///     found.repaired();
    ///     0
    /// })?;
    /// assert_eq!(child.wait()?.code(), Some(101));
    /// // Not repaired: the next one is told as well.
    /// let Lock::Recovered(found) = mutex.lock()? else { panic!() };
    /// drop(found.repaired());
    /// assert!(matches!(mutex.lock()?, Lock::Locked(_)));
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn repaired(self) -> Guard<'a, T> {
        self.0.assert_here();
        self.0.mutex.inner().broken.store(0, Relaxed);
        self.0
    }
}

impl<'a, T> Lock<'a, T> {
    /// The guard, after `repair` has made the data whole, if they may not be.
    #[inline]
    pub fn or_repair(self, repair: impl FnOnce(&mut T)) -> Guard<'a, T> {
        match self {
            Lock::Locked(guard) => guard,
            Lock::Recovered(mut found) => {
                repair(&mut found);
                found.repaired()
            }
        }
    }
}
// ANCHOR_END: guard

impl<T> Guard<'_, T> {
    #[inline]
    fn assert_here(&self) {
        let message = "a forked child has a copy of its parent's guard";
        assert!(self.here.is_here(), "{message}");
    }

    fn data(&self) -> *mut T {
        self.assert_here();
        self.mutex.inner().data.get()
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this thread of this process has the lock, nobody else gets
        // it before the guard is dropped or the process has ended, and
        // whatever the bytes are, they are a `T`.
        unsafe { &*self.data() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and there is one guard.
        unsafe { &mut *self.data() }
    }
}

impl<T> Deref for Recovered<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Recovered<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// The moment by the clock that the system calls monotonic, which is the one
/// that an `Instant` is of, though it does not tell.
fn monotonic(deadline: Instant) -> io::Result<libc::timespec> {
    let left = deadline.saturating_duration_since(Instant::now());
    let now = Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC)?);
    let until = now.saturating_add(left);
    let tv_sec = until.as_secs().try_into().unwrap_or(libc::time_t::MAX);
    let tv_nsec = until.subsec_nanos().into();
    Ok(libc::timespec { tv_sec, tv_nsec })
}

fn check(answer: libc::c_int) -> io::Result<()> {
    match answer {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

impl<T> RobustMutex<T> {
    /// For tests: a lock whose guard is gone and which is held all the same.
    #[cfg(test)]
    fn seize(&self) {
        std::mem::forget(self.lock().unwrap());
    }
}

#[cfg(test)]
mod tests {
    use super::{Lock, RobustMutex};
    use crate::sleeper::spawn_asleep;
    use ch03_processes::shared::Shared;
    use std::ops::DerefMut;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::ptr;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::thread;
    use std::time::{Duration, Instant};

    fn is_locked<T>(lock: &Lock<'_, T>) -> bool {
        matches!(lock, Lock::Locked(_))
    }

    #[test]
    fn one_at_a_time() {
        let sum = RobustMutex::<u64>::new().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1_000 {
                        *sum.lock().unwrap().or_repair(|_| panic!()) += 1;
                    }
                });
            }
        });
        assert_eq!(*sum.lock().unwrap().or_repair(|_| panic!()), 4_000);
    }

    #[test]
    fn a_reference_may_outlive_its_thread() {
        let mutex = RobustMutex::<u32>::new().unwrap();
        let leak = || -> &mut u32 {
            let guard = mutex.lock().unwrap().or_repair(|_| panic!());
            Box::leak(Box::new(guard)).deref_mut()
        };
        let left = thread::scope(|scope| scope.spawn(leak).join().unwrap());
        let soon = Duration::from_millis(5);
        for _ in 0..2 {
            assert!(mutex.try_lock().unwrap().is_none());
            assert!(mutex.lock_timeout(soon).unwrap().is_none());
        }
        *left = 7;
    }

    #[test]
    fn a_panic_leaves_a_mark() {
        let mutex = RobustMutex::<u32>::new().unwrap();
        let half = || {
            let mut guard = mutex.lock().unwrap().or_repair(|_| ());
            *guard = 7;
            panic!("in the middle");
        };
        assert!(catch_unwind(AssertUnwindSafe(half)).is_err());
        let mut seen = 0;
        drop(mutex.lock().unwrap().or_repair(|data| seen = *data));
        assert_eq!(seen, 7);
        // In a destructor, while another panic goes by.
        struct Late<'a>(&'a RobustMutex<u32>);
        impl Drop for Late<'_> {
            fn drop(&mut self) {
                *self.0.lock().unwrap().or_repair(|_| ()) += 1;
            }
        }
        let beside = || {
            let _late = Late(&mutex);
            panic!("elsewhere");
        };
        assert!(catch_unwind(AssertUnwindSafe(beside)).is_err());
        assert!(is_locked(&mutex.lock().unwrap()));
    }

    #[test]
    fn a_deadline_is_kept() {
        let mutex = RobustMutex::<u32>::new().unwrap();
        let _guard = mutex.lock().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                assert!(mutex.try_lock().unwrap().is_none());
                for time in [0, 1, 30] {
                    let time = Duration::from_millis(time);
                    let deadline = Instant::now() + time;
                    let lock = mutex.lock_until(Some(deadline)).unwrap();
                    assert!(lock.is_none());
                    assert!(Instant::now() >= deadline);
                }
            });
        });
    }

    #[test]
    fn a_wait_without_end_is_none() {
        let mutex = RobustMutex::<u32>::new().unwrap();
        let guard = mutex.lock().unwrap();
        thread::scope(|scope| {
            let wait = || mutex.lock_timeout(Duration::MAX).unwrap().is_some();
            let waiter = spawn_asleep(scope, wait);
            drop(guard);
            assert!(waiter.join().unwrap());
        });
    }

    #[test]
    fn to_lock_twice_is_an_error() {
        let mutex = RobustMutex::<u32>::new().unwrap();
        let _guard = mutex.lock().unwrap();
        let error = mutex.lock().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EDEADLK));
    }

    #[test]
    fn who_forgets_a_guard_keeps_the_page() {
        let forgotten = RobustMutex::<u32>::new().unwrap();
        forgotten.seize();
        drop(forgotten);
        // In the place of the page, had that been given back.
        let others = Shared::<[AtomicU64; 512]>::new().unwrap();
        let next = RobustMutex::<u32>::new().unwrap();
        // The C library writes to the one that it had listed before.
        let guard = next.lock().unwrap();
        assert!(others.iter().all(|word| word.load(Relaxed) == 0));
        drop(guard);
    }

    #[test]
    fn the_data_are_aligned() {
        #[derive(zerocopy::FromBytes)]
        #[repr(C, align(64))]
        struct Line([u8; 64]);
        let mutex = RobustMutex::<Line>::new().unwrap();
        let guard = mutex.lock().unwrap().or_repair(|_| panic!());
        assert_eq!(ptr::from_ref(&*guard).addr() % 64, 0);
        assert_eq!(guard.0[63], 0);
    }
}
