//! What the listings call `std` when the order of their locks is watched: the
//! real one, with locks that tell tracing-mutex of each order in which they
//! are taken. The listings are compiled as they stand.
//!
//! Why the locks are not tracing-mutex's own: to those a `try_lock` is an
//! order like any other, although it waits for nobody; they know the last lock
//! that a thread took, not all that it holds; they panic, so that a program
//! that catches panics goes on in silence and any other no longer ends as it
//! promises; and they lack methods that listings use. Here tracing-mutex keeps
//! the graph and finds the cycles, and the program goes on after a report.

pub use ::std::*;

mod like_std;
mod mutex;
mod once;
mod order;
mod rwlock;

/// `std::sync`, with locks whose order is watched.
pub mod sync {
    pub use crate::mutex::{Condvar, Mutex, MutexGuard};
    pub use crate::once::{LazyLock, Once, OnceLock};
    pub use crate::rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
    pub use ::std::sync::*;
}
