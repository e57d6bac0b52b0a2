//! `std::sync::Condvar` with waits that may time out; shuttle's own never do.

use crate::time::{Duration, Instant, advance};
use ::shuttle::rand::{Rng, thread_rng};
use ::shuttle::sync::{Condvar as Bell, MutexGuard};
use ::std::cell::{Cell, RefCell};
use ::std::sync::{Arc, LockResult, PoisonError};

/// One wait: a bell of its own, so that no other wait hears it.
#[derive(Debug, Default)]
struct Waiter {
    bell: Bell,
    end: Cell<Option<End>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Notified,
    TimedOut,
}

type Waiters = Arc<OneThread<RefCell<Vec<Arc<OneThread<Waiter>>>>>>;

/// What only one thread of the system touches, whatever thread of the model.
#[derive(Debug, Default)]
struct OneThread<T>(T);

// SAFETY: shuttle runs all threads of a model on one thread of the system, and
// nothing here switches between them while a `RefCell` is borrowed.
unsafe impl<T> Send for OneThread<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for OneThread<T> {}

/// Like [`std::sync::Condvar`]. It wakes nobody without a reason, and
/// `notify_one` wakes any of the waiters.
#[derive(Debug, Default)]
pub struct Condvar {
    waiters: Waiters,
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
        let mut waiters = self.waiters.0.borrow_mut();
        if !waiters.is_empty() {
            let any = thread_rng().gen_range(0..waiters.len());
            let waiter = waiters.swap_remove(any);
            drop(waiters);
            waiter.end(End::Notified);
        }
    }

    /// Like [`std::sync::Condvar::notify_all`].
    pub fn notify_all(&self) {
        let waiters = self.waiters.0.take();
        for waiter in waiters {
            waiter.end(End::Notified);
        }
    }

    /// Like [`std::sync::Condvar::wait`].
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let waiter = self.enqueue();
        waiter.sleep(guard)
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
        let waiter = self.enqueue();
        // A limit that no clock reaches is none.
        if let Some(deadline) = Instant::now().checked_add(limit) {
            self.start_timer(Arc::clone(&waiter), deadline);
        }
        let guard = waiter.sleep(guard);
        let result = WaitTimeoutResult(waiter.0.end.get() == Some(End::TimedOut));
        match guard {
            Ok(guard) => Ok((guard, result)),
            Err(error) => Err(PoisonError::new((error.into_inner(), result))),
        }
    }

    fn start_timer(&self, waiter: Arc<OneThread<Waiter>>, deadline: Instant) {
        let waiters = Arc::clone(&self.waiters);
        ::shuttle::thread::spawn(move || {
            let mut all = waiters.0.borrow_mut();
            // Gone: it was notified first.
            let Some(at) = all.iter().position(|other| Arc::ptr_eq(other, &waiter)) else {
                return;
            };
            all.swap_remove(at);
            drop(all);
            advance(deadline);
            waiter.end(End::TimedOut);
        });
    }

    fn enqueue(&self) -> Arc<OneThread<Waiter>> {
        let waiter = Arc::new(OneThread(Waiter::default()));
        self.waiters.0.borrow_mut().push(Arc::clone(&waiter));
        waiter
    }
}

impl OneThread<Waiter> {
    fn end(&self, end: End) {
        self.0.end.set(Some(end));
        self.0.bell.notify_one();
    }

    fn sleep<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        while self.0.end.get().is_none() {
            guard = self.0.bell.wait(guard)?;
        }
        Ok(guard)
    }
}
