//! Two processes that wait for each other, so that a listing can force an
//! order of events.

use crate::pidfd::{after, ready};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How long one side waits for the other.
const LIMIT: Duration = Duration::from_secs(10);

/// One side of a meeting point.
#[derive(Debug)]
pub struct Meeting(UnixStream);

impl Meeting {
    /// The two sides. Move one of them to a child process.
    ///
    /// # Errors
    ///
    /// The system refuses two more file descriptors.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch03_processes::meeting::Meeting;
    /// use std::thread;
    ///
    /// let (ours, theirs) = Meeting::sides()?;
    /// let other = thread::spawn(move || theirs.meet());
    /// ours.meet()?;
    /// other.join().unwrap()?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn sides() -> io::Result<(Meeting, Meeting)> {
        let (ours, theirs) = UnixStream::pair()?;
        Ok((Meeting(ours), Meeting(theirs)))
    }

    /// Returns when the other side has called it as well. All that either
    /// process did before is visible to the other one.
    ///
    /// # Errors
    ///
    /// The other side is gone, or did not come within 10 s.
    pub fn meet(&self) -> io::Result<()> {
        (&self.0).write_all(&[0])?;
        // A forked child has a copy of the other side as well, and so would
        // not see its end: nobody waits for a dead peer for ever.
        if !ready(&[self.0.as_fd()], after(LIMIT))?[0] {
            return Err(io::ErrorKind::TimedOut.into());
        }
        (&self.0).read_exact(&mut [0])
    }
}
