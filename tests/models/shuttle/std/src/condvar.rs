//! `std::sync::Condvar` with waits that may time out; shuttle's own never do.

use crate::mutex::MutexGuard;
use crate::time::{Duration, Instant, advance};
use ::shuttle::rand::{Rng, thread_rng};
use ::shuttle::thread::{Thread, current, park, spawn};
use ::std::cell::{Cell, RefCell};
use ::std::mem;
use ::std::sync::{Arc, LockResult, PoisonError};

/// One wait of a thread. Nothing else in a model parks.
#[derive(Debug)]
struct Waiter {
    thread: Thread,
    end: Cell<Option<End>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Notified,
    TimedOut,
}

/// Those who wait. It is borrowed nowhere while others may run.
#[derive(Debug, Default)]
struct Queue(RefCell<Vec<Arc<Waiter>>>);

// SAFETY: shuttle runs all threads of a model on one thread of the system.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}
// SAFETY: as above.
unsafe impl Send for Waiter {}
// SAFETY: as above.
unsafe impl Sync for Waiter {}

/// Like [`std::sync::Condvar`]. It wakes nobody without a reason, and
/// `notify_one` wakes any of the waiters.
#[derive(Debug, Default)]
pub struct Condvar {
    queue: Arc<Queue>,
}

/// Like [`std::sync::WaitTimeoutResult`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Like [`std::sync::WaitTimeoutResult::timed_out`].
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// Like [`std::sync::Condvar::new`].
    pub fn new() -> Condvar {
        Condvar::default()
    }

    /// Like [`std::sync::Condvar::notify_one`].
    pub fn notify_one(&self) {
        if let Some(waiter) = self.queue.take_any() {
            waiter.end(End::Notified);
        }
    }

    /// Like [`std::sync::Condvar::notify_all`].
    pub fn notify_all(&self) {
        for waiter in self.queue.take_all() {
            waiter.end(End::Notified);
        }
    }

    /// Like [`std::sync::Condvar::wait`].
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let mutex = guard.unlock();
        self.queue.add().sleep();
        mutex.lock()
    }

    /// Like [`std::sync::Condvar::wait_while`].
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Like [`std::sync::Condvar::wait_timeout`]: a thread of its own ends the
    /// wait, whenever the scheduler lets it run.
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let mutex = guard.unlock();
        let waiter = self.queue.add();
        // A limit that no clock reaches is none.
        if let Some(deadline) = Instant::now().checked_add(limit) {
            let timer = Arc::clone(&waiter);
            let queue = Arc::clone(&self.queue);
            spawn(move || {
                // Else it was notified first.
                if queue.remove(&timer) {
                    advance(deadline);
                    timer.end(End::TimedOut);
                }
            });
        }
        waiter.sleep();
        let result = WaitTimeoutResult(waiter.end.get() == Some(End::TimedOut));
        match mutex.lock() {
            Ok(guard) => Ok((guard, result)),
            Err(error) => Err(PoisonError::new((error.into_inner(), result))),
        }
    }
}

impl Queue {
    fn add(&self) -> Arc<Waiter> {
        let waiter = Arc::new(Waiter {
            thread: current(),
            end: Cell::new(None),
        });
        self.0.borrow_mut().push(Arc::clone(&waiter));
        waiter
    }

    fn take_any(&self) -> Option<Arc<Waiter>> {
        let mut waiters = self.0.borrow_mut();
        match waiters.len() {
            0 => None,
            n => Some(waiters.swap_remove(thread_rng().gen_range(0..n))),
        }
    }

    fn take_all(&self) -> Vec<Arc<Waiter>> {
        mem::take(&mut *self.0.borrow_mut())
    }

    fn remove(&self, waiter: &Arc<Waiter>) -> bool {
        let mut waiters = self.0.borrow_mut();
        let at = waiters.iter().position(|other| Arc::ptr_eq(other, waiter));
        at.map(|at| waiters.swap_remove(at)).is_some()
    }
}

impl Waiter {
    fn end(&self, end: End) {
        self.end.set(Some(end));
        self.thread.unpark();
    }

    fn sleep(&self) {
        while self.end.get().is_none() {
            park();
        }
    }
}
