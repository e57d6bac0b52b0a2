//! Waiting for a socket, to a deadline.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::io;
use std::os::fd::AsFd;
use std::time::Instant;

/// Waits until `socket` is ready for `what`, or its other side is gone, or a
/// signal came: the caller tries again. `false` says that the deadline has
/// passed; `None` is none.
pub(crate) fn until(
    socket: impl AsFd,
    what: PollFlags,
    deadline: Option<Instant>,
) -> io::Result<bool> {
    let left = deadline
        .map(|at| at.saturating_duration_since(Instant::now()))
        .map(|left| Timespec::try_from(left).expect("it is short"));
    match poll(&mut [PollFd::new(&socket, what)], left.as_ref()) {
        Ok(0) => Ok(false),
        Ok(_) | Err(Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}
