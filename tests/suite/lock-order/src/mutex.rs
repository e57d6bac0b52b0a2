use crate::like_std;
use crate::order::{Held, Name, mapped, tried};
use std::panic::Location;
use std::sync::{self, LockResult, TryLockResult, WaitTimeoutResult};
use std::time::Duration;

/// [`std::sync::Mutex`], watched.
#[derive(Default)]
pub struct Mutex<T: ?Sized> {
    name: Name,
    inner: sync::Mutex<T>,
}

/// [`std::sync::MutexGuard`], of a watched mutex.
pub struct MutexGuard<'a, T: ?Sized> {
    inner: sync::MutexGuard<'a, T>,
    held: Held,
}

impl<T: ?Sized> Mutex<T> {
    /// As in std; an order.
    ///
    /// # Errors
    ///
    /// It is poisoned.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let held = self.name.take();
        mapped(self.inner.lock(), |inner| MutexGuard { inner, held })
    }

    /// As in std; no order.
    ///
    /// # Errors
    ///
    /// It is locked, or poisoned.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let place = Location::caller();
        let got = |inner| MutexGuard {
            inner,
            held: self.name.got(place),
        };
        tried(self.inner.try_lock(), got)
    }
}

like_std::lock!(Mutex);
like_std::guard!(MutexGuard, writes);

/// [`std::sync::Condvar`], for watched mutexes: one that takes its mutex again
/// while the thread holds another waits for it as `lock` does.
#[derive(Debug, Default)]
pub struct Condvar(sync::Condvar);

impl Condvar {
    /// As in std.
    pub const fn new() -> Self {
        Condvar(sync::Condvar::new())
    }

    /// As in std.
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let MutexGuard { inner, held } = guard;
        let (held, result) = held.released(|| self.0.wait(inner));
        mapped(result, |inner| MutexGuard { inner, held })
    }

    /// As in std.
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// As in std.
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let MutexGuard { inner, held } = guard;
        let (held, result) = held.released(|| self.0.wait_timeout(inner, limit));
        mapped(result, |(inner, timeout)| {
            (MutexGuard { inner, held }, timeout)
        })
    }

    /// As in std. The condition counts as one that takes no locks.
    ///
    /// # Errors
    ///
    /// The mutex is poisoned.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
        condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let MutexGuard { inner, held } = guard;
        let wait = || self.0.wait_timeout_while(inner, limit, condition);
        let (held, result) = held.released(wait);
        mapped(result, |(inner, timeout)| {
            (MutexGuard { inner, held }, timeout)
        })
    }

    /// As in std.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// As in std.
    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}
