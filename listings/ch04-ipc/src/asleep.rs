//! Waiting until another process sleeps, for programs that force an order of
//! events.

use std::fs;
use std::io;
use std::thread;

/// Returns when the first thread of this process sleeps in a system call. A
/// moment later it may not any more.
///
/// # Errors
///
/// There is no such process, or `/proc` does not show it.
pub fn until_asleep(pid: i32) -> io::Result<()> {
    loop {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name before it, in parentheses, may have any characters in it.
        let state = stat.rsplit_once(") ").map(|(_, fields)| &fields[..1]);
        if state == Some("S") {
            return Ok(());
        }
        thread::yield_now();
    }
}
