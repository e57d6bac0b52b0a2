//! Seeing that another process sleeps in a system call, so that a listing
//! can force an order of events: `/proc/PID/syscall`, proc(5).

use std::fs;
use std::io::{self, ErrorKind};
use std::thread;
use std::time::{Duration, Instant};

/// Does the main thread of the process `pid` sleep in the system call of this
/// number, `libc::SYS_write` for one? One that runs does not, nor one that is
/// gone. One that was woken and has not run yet may look as if it still slept:
/// ask only while nobody wakes it.
pub fn is_asleep_in(call: libc::c_long, pid: i32) -> bool {
    let shown = fs::read_to_string(format!("/proc/{pid}/syscall"));
    shown.is_ok_and(|shown| shown.starts_with(&format!("{call} ")))
}

/// Waits until it does.
///
/// # Errors
///
/// `TimedOut`: it has not slept there for ten seconds; it may have ended.
///
/// # Examples
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch04_ipc::asleep::until_asleep_in;
/// use std::io::{self, Read};
///
/// let (mut from, _to) = io::pipe()?;
/// let child = ForkedChild::start(|| from.read(&mut [0]).map_or(1, |_| 0))?;
/// until_asleep_in(libc::SYS_read, child.pid())?;
/// # io::Result::Ok(())
/// ```
pub fn until_asleep_in(call: libc::c_long, pid: i32) -> io::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !is_asleep_in(call, pid) {
        if Instant::now() > deadline {
            return Err(ErrorKind::TimedOut.into());
        }
        thread::yield_now();
    }
    Ok(())
}
