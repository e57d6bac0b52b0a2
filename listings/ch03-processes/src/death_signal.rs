//! The kernel's word that a parent has ended: PR_SET_PDEATHSIG(2const).

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getppid};
use std::io;

/// Has the kernel kill this process when `parent` ends: to be called in a
/// child of it, before its work, with the id that the parent had at the fork.
/// What follows for threads and for children stands at
/// [`WatchedChild::spawn_tied`](crate::pidfd::WatchedChild::spawn_tied).
///
/// # Errors
///
/// `parent` has ended already, before the kernel was asked, so that no signal
/// will come: the caller is to end by itself.
pub fn tie_to(parent: Pid) -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL)?;
    // In this order: a parent that ends after this question ends after the
    // prctl too, and the signal comes.
    if getppid() != parent {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    Ok(())
}
