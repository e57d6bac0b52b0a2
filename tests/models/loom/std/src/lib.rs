//! `std` as the sources in a model see it, with what loom explores in place
//! of what waits or is shared. What neither loom nor this package replaces is
//! not here, so that a source that uses it does not compile.

pub use ::loom;
pub use ::std as real;
pub use ::std::*;

pub use ::loom::lazy_static as per_execution;

#[path = "../../../std/alone.rs"]
pub mod alone;
#[path = "../../../std/futex.rs"]
pub mod futex;
#[path = "../../../std/printed.rs"]
pub mod printed;
pub mod thread;

/// Keeps the line for the model to look at: see [`printed`].
#[macro_export]
macro_rules! println {
    ($($arg:tt)*) => {
        $crate::printed::line($crate::real::format!($($arg)*))
    };
}

/// `std::sync`.
pub mod sync {
    pub use ::loom::sync::{Arc, Condvar, Mutex, MutexGuard, WaitTimeoutResult};
    pub use ::std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

    /// `std::sync::atomic`.
    pub mod atomic {
        pub use ::loom::sync::atomic::*;
    }
}

/// `std::hint`.
pub mod hint {
    pub use ::loom::hint::spin_loop;
    pub use ::std::hint::*;
}

/// `std::cell`.
pub mod cell {
    pub use ::std::cell::*;

    /// Loom's, with the one method that a source calls. `get` counts as a
    /// write at the moment of the call, since nobody knows what becomes of
    /// the pointer: two threads that read at once are reported as well.
    #[derive(Debug)]
    pub struct UnsafeCell<T>(::loom::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        /// A new cell.
        #[track_caller]
        pub fn new(value: T) -> Self {
            Self(::loom::cell::UnsafeCell::new(value))
        }

        /// The value's address, for a read or a write now.
        #[track_caller]
        pub fn get(&self) -> *mut T {
            self.0.with_mut(|pointer| pointer)
        }

        /// The value, which nobody shares.
        #[track_caller]
        pub fn get_mut(&mut self) -> &mut T {
            // SAFETY: `&mut self` is the only reference to the cell.
            self.0.with_mut(|pointer| unsafe { &mut *pointer })
        }

        /// The value.
        #[track_caller]
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }
    }
}
