//! What is made once: who comes second waits for the first, as for a lock that
//! is held meanwhile. A value that is there already counts as well: another
//! run might have had to wait.

use crate::order::Name;
use std::fmt;
use std::ops::Deref;
use std::sync::{self, OnceState};

/// [`std::sync::Once`], watched.
pub struct Once {
    name: Name,
    inner: sync::Once,
}

#[expect(clippy::new_without_default, reason = "std's has none")]
impl Once {
    /// As in std.
    pub const fn new() -> Self {
        Once {
            name: Name::new(),
            inner: sync::Once::new(),
        }
    }

    /// As in std; an order.
    #[track_caller]
    pub fn call_once<F: FnOnce()>(&self, call: F) {
        let _held = self.name.take();
        self.inner.call_once(call);
    }

    /// As in std; an order.
    #[track_caller]
    pub fn call_once_force<F: FnOnce(&OnceState)>(&self, call: F) {
        let _held = self.name.take();
        self.inner.call_once_force(call);
    }

    /// As in std; an order.
    #[track_caller]
    pub fn wait(&self) {
        let _held = self.name.take();
        self.inner.wait();
    }

    /// As in std.
    pub fn is_completed(&self) -> bool {
        self.inner.is_completed()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// [`std::sync::OnceLock`], watched.
pub struct OnceLock<T> {
    name: Name,
    inner: sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    /// As in std.
    pub const fn new() -> Self {
        OnceLock {
            name: Name::new(),
            inner: sync::OnceLock::new(),
        }
    }

    /// As in std.
    pub fn get(&self) -> Option<&T> {
        self.inner.get()
    }

    /// As in std.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.inner.get_mut()
    }

    /// As in std; an order.
    #[track_caller]
    pub fn wait(&self) -> &T {
        let _held = self.name.take();
        self.inner.wait()
    }

    /// As in std; an order.
    ///
    /// # Errors
    ///
    /// The value, since there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let _held = self.name.take();
        self.inner.set(value)
    }

    /// As in std; an order.
    #[track_caller]
    pub fn get_or_init<F: FnOnce() -> T>(&self, make: F) -> &T {
        let _held = self.name.take();
        self.inner.get_or_init(make)
    }

    /// As in std.
    pub fn take(&mut self) -> Option<T> {
        self.inner.take()
    }

    /// As in std.
    pub fn into_inner(self) -> Option<T> {
        self.inner.into_inner()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        OnceLock::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    fn from(value: T) -> Self {
        OnceLock {
            name: Name::new(),
            inner: value.into(),
        }
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    fn clone(&self) -> Self {
        OnceLock {
            name: Name::new(),
            inner: self.inner.clone(),
        }
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl<T: Eq> Eq for OnceLock<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// [`std::sync::LazyLock`], watched.
pub struct LazyLock<T, F = fn() -> T> {
    name: Name,
    inner: sync::LazyLock<T, F>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// As in std.
    pub const fn new(make: F) -> Self {
        LazyLock {
            name: Name::new(),
            inner: sync::LazyLock::new(make),
        }
    }

    /// As in std; an order.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        let _held = this.name.take();
        sync::LazyLock::force(&this.inner)
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    fn default() -> Self {
        LazyLock::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
