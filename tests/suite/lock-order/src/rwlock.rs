use crate::order::{Held, Name, mapped, tried};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{self, LockResult, TryLockResult};

/// [`std::sync::RwLock`], watched. A reader counts like a writer: it waits for
/// a writer that waits for another reader.
#[derive(Default)]
pub struct RwLock<T: ?Sized> {
    name: Name,
    inner: sync::RwLock<T>,
}

/// [`std::sync::RwLockReadGuard`], of a watched lock.
pub struct RwLockReadGuard<'a, T: ?Sized> {
    inner: sync::RwLockReadGuard<'a, T>,
    _held: Held,
}

/// [`std::sync::RwLockWriteGuard`], of a watched lock.
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    inner: sync::RwLockWriteGuard<'a, T>,
    held: Held,
}

impl<T> RwLock<T> {
    /// As in std.
    pub const fn new(value: T) -> Self {
        RwLock {
            name: Name::new(),
            inner: sync::RwLock::new(value),
        }
    }

    /// As in std.
    ///
    /// # Errors
    ///
    /// It is poisoned.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// As in std; an order.
    ///
    /// # Errors
    ///
    /// It is poisoned.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let _held = self.name.take();
        mapped(self.inner.read(), |inner| RwLockReadGuard { inner, _held })
    }

    /// As in std; an order.
    ///
    /// # Errors
    ///
    /// It is poisoned.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let held = self.name.take();
        mapped(self.inner.write(), |inner| RwLockWriteGuard { inner, held })
    }

    /// As in std; no order.
    ///
    /// # Errors
    ///
    /// It is locked, or poisoned.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let place = Location::caller();
        let got = |inner| RwLockReadGuard {
            inner,
            _held: self.name.got(place),
        };
        tried(self.inner.try_read(), got)
    }

    /// As in std; no order.
    ///
    /// # Errors
    ///
    /// It is locked, or poisoned.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let place = Location::caller();
        let got = |inner| RwLockWriteGuard {
            inner,
            held: self.name.got(place),
        };
        tried(self.inner.try_write(), got)
    }

    /// As in std.
    pub fn is_poisoned(&self) -> bool {
        self.inner.is_poisoned()
    }

    /// As in std.
    pub fn clear_poison(&self) {
        self.inner.clear_poison();
    }

    /// As in std.
    ///
    /// # Errors
    ///
    /// It is poisoned.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// As in std.
    pub fn downgrade(guard: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard {
            inner: sync::RwLockWriteGuard::downgrade(guard.inner),
            _held: guard.held,
        }
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
