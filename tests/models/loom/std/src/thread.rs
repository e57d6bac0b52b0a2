//! `std::thread`. A panic fails the model: loom's mutex knows no poison.

#[path = "../../../std/scope.rs"]
mod scoped;

pub use self::scoped::{Scope, ScopedJoinHandle, scope};
pub use ::loom::thread::{
    Builder, JoinHandle, Thread, ThreadId, current, panicking, spawn, yield_now,
};
pub use ::std::thread::Result;

/// A step in which others may run: time does not pass.
pub fn sleep(_: ::std::time::Duration) {
    yield_now();
}
