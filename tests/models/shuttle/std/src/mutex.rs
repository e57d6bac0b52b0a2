//! `std::sync::Mutex`: shuttle's, with a guard that knows its mutex, which a
//! condition variable needs.

use ::shuttle::sync as inner;
use ::std::fmt;
use ::std::ops::{Deref, DerefMut};
use ::std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// Like [`std::sync::Mutex`].
#[derive(Default)]
pub struct Mutex<T: ?Sized>(inner::Mutex<T>);

/// Like [`std::sync::MutexGuard`].
pub struct MutexGuard<'a, T: ?Sized> {
    guard: inner::MutexGuard<'a, T>,
    mutex: &'a Mutex<T>,
}

impl<T> Mutex<T> {
    /// Like [`std::sync::Mutex::new`].
    #[track_caller]
    pub fn new(value: T) -> Mutex<T> {
        Mutex(inner::Mutex::new(value))
    }

    /// Like [`std::sync::Mutex::into_inner`].
    ///
    /// # Errors
    ///
    /// It is poisoned.
    pub fn into_inner(self) -> LockResult<T> {
        self.0.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Like [`std::sync::Mutex::lock`].
    ///
    /// # Errors
    ///
    /// It is poisoned.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        match self.0.lock() {
            Ok(guard) => Ok(self.guard(guard)),
            Err(error) => Err(PoisonError::new(self.guard(error.into_inner()))),
        }
    }

    /// Like [`std::sync::Mutex::try_lock`].
    ///
    /// # Errors
    ///
    /// Another thread holds it, or it is poisoned.
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        self.0
            .try_lock()
            .map(|guard| self.guard(guard))
            .map_err(|error| match error {
                TryLockError::WouldBlock => TryLockError::WouldBlock,
                TryLockError::Poisoned(error) => {
                    TryLockError::Poisoned(PoisonError::new(self.guard(error.into_inner())))
                }
            })
    }

    /// Like [`std::sync::Mutex::get_mut`].
    ///
    /// # Errors
    ///
    /// It is poisoned.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.0.get_mut()
    }

    fn guard<'a>(&'a self, guard: inner::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        MutexGuard { guard, mutex: self }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The mutex, unlocked. Others may run before that, and none after it.
    pub(crate) fn unlock(self) -> &'a Mutex<T> {
        self.mutex
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
