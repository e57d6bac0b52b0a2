//! What a watched lock and its guards do as std's do.

/// Of a lock with the fields `name` and `inner`.
macro_rules! lock {
    ($lock:ident) => {
        impl<T> $lock<T> {
            /// As in std.
            pub const fn new(value: T) -> Self {
                $lock {
                    name: Name::new(),
                    inner: sync::$lock::new(value),
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

        impl<T: ?Sized> $lock<T> {
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

        impl<T> From<T> for $lock<T> {
            fn from(value: T) -> Self {
                $lock::new(value)
            }
        }

        impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for $lock<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

/// Of a guard with the field `inner`, through which one may write or not.
macro_rules! guard {
    ($guard:ident, writes) => {
        crate::like_std::guard!($guard);

        impl<T: ?Sized> std::ops::DerefMut for $guard<'_, T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.inner
            }
        }
    };
    ($guard:ident) => {
        impl<T: ?Sized> std::ops::Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.inner
            }
        }

        impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T: ?Sized + std::fmt::Display> std::fmt::Display for $guard<'_, T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

pub(crate) use {guard, lock};
