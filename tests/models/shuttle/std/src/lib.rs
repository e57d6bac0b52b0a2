//! `std` as the sources in a model see it, with what shuttle schedules in
//! place of what waits or is shared. What neither shuttle nor this package
//! replaces is not here, so that a source that uses it does not compile.

pub use ::shuttle;
pub use ::std as real;
pub use ::std::*;

pub use ::shuttle::lazy_static as per_execution;

#[path = "../../../std/alone.rs"]
pub mod alone;
#[path = "../../../std/futex.rs"]
pub mod futex;
#[path = "../../../std/printed.rs"]
pub mod printed;
pub mod thread;
pub mod time;

mod condvar;
mod mutex;

/// Keeps the line for the model to look at: see [`printed`].
#[macro_export]
macro_rules! println {
    ($($arg:tt)*) => {
        $crate::printed::line($crate::real::format!($($arg)*))
    };
}

/// `std::sync`.
pub mod sync {
    pub use crate::condvar::{Condvar, WaitTimeoutResult};
    pub use crate::mutex::{Mutex, MutexGuard};
    pub use ::shuttle::sync::{
        Arc, Barrier, BarrierWaitResult, Once, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
        mpsc,
    };
    pub use ::std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

    /// `std::sync::atomic`.
    pub mod atomic {
        pub use ::shuttle::sync::atomic::*;
    }
}

/// `std::hint`.
pub mod hint {
    pub use ::shuttle::hint::spin_loop;
    pub use ::std::hint::*;
}
