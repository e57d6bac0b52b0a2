//! Waiting for descriptors, to a deadline: poll(2).

use rustix::event::{PollFd, Timespec, poll};
use rustix::io::Errno;
use std::io;
use std::time::{Duration, Instant};

/// The most that is written after poll has reported room. A longer write may
/// sleep all the same: select(2).
pub(crate) const PIECE: usize = libc::PIPE_BUF;

/// Waits until one of `polled` is ready, which its `revents` then say; `false`
/// is the deadline, and `None` is none. An end of file and a peer that is gone
/// count as ready.
///
/// # Errors
///
/// The kernel lacks memory.
pub(crate) fn poll_until(
    polled: &mut [PollFd<'_>],
    deadline: impl Into<Option<Instant>>,
) -> io::Result<bool> {
    let deadline = deadline.into();
    loop {
        let left = deadline
            .map(|at| at.saturating_duration_since(Instant::now()))
            .map(|left| {
                Timespec::try_from(left).expect("no clock runs so long")
            });
        match poll(polled, left.as_ref()) {
            // A signal handler ran: what is left of the time is less now.
            Err(Errno::INTR) => continue,
            answer => return Ok(answer? > 0),
        }
    }
}

/// When a wait is over. One that would end after all clocks ends in decades.
pub(crate) fn after(wait: Duration) -> Instant {
    let now = Instant::now();
    let decades = Duration::from_secs(1 << 30);
    now.checked_add(wait).unwrap_or_else(|| now + decades)
}
