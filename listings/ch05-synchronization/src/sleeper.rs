//! A thread that sleeps for certain, for tests of who is woken.

use ch04_ipc::asleep::until_asleep_in;
use rustix::thread::gettid;
use std::sync::mpsc;
use std::thread::{Scope, ScopedJoinHandle};

/// Starts a thread that waits, and returns when it sleeps in futex(2).
pub fn spawn_asleep<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    wait: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let (tell, told) = mpsc::channel();
    let thread = scope.spawn(move || {
        tell.send(gettid().as_raw_nonzero().get()).unwrap();
        wait()
    });
    until_asleep_in(libc::SYS_futex, told.recv().unwrap()).unwrap();
    thread
}
