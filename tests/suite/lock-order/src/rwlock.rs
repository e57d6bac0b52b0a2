use crate::like_std;
use crate::order::{Held, Name, mapped, tried};
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

like_std::lock!(RwLock);
like_std::guard!(RwLockReadGuard);
like_std::guard!(RwLockWriteGuard, writes);
