//! What chapter 5 builds and its listings share. The primitives are about
//! Linux, and the robust mutex about glibc.

#[cfg(not(target_os = "linux"))]
compile_error!("chapter 5 asks Linux's kernel, and builds on Linux alone");

pub mod barrier;
pub mod barrier_faults;
pub mod condvar;
pub mod condvar_faults;
pub mod event;
pub mod event_faults;
pub mod fenced;
pub mod importers;
mod in_memory;
pub mod leader;
pub mod leader_faults;
pub mod lease;
pub mod licence_faults;
pub mod life;
pub mod mishap;
pub mod mutex_faults;
pub mod padded;
pub mod posix_semaphore;
pub mod priority_mutex;
pub mod robust;
pub mod semaphore;
#[cfg(test)]
mod sleeper;
pub mod tokens;

use ch04_ipc::{futex, here, peer, spin};
use std::time::Duration;

/// How long one sleeps before one looks by oneself: whether what one waits
/// for has happened, since who made it happen may have been killed before
/// waking anybody, and whether those who are to make it happen are alive.
const LOOK: Duration = Duration::from_millis(100);
