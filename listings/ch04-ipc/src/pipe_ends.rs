//! Who holds a pipe open: `/proc/PID/fd` and `/proc/PID/fdinfo`, proc(5).

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;

/// A pipe, whoever holds its ends. It holds none itself.
#[derive(Clone, Debug)]
pub struct PipeName(PathBuf);

impl PipeName {
    /// The pipe that `end`, either of the two, belongs to.
    ///
    /// # Errors
    ///
    /// There is no `/proc`.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::pipe_ends::PipeName;
    /// use std::io;
    /// use std::process;
    ///
    /// let (log, to_log) = io::pipe()?;
    /// let pipe = PipeName::of(&log)?;
    /// assert_eq!(pipe.write_ends(process::id())?, 1);
    /// let copy = to_log.try_clone()?;
    /// assert_eq!(pipe.write_ends(process::id())?, 2);
    /// drop((to_log, copy));
    /// assert_eq!(pipe.write_ends(process::id())?, 0);
    /// # io::Result::Ok(())
    /// ```
    pub fn of(end: &impl AsFd) -> io::Result<PipeName> {
        let number = end.as_fd().as_raw_fd();
        // A link to `pipe:[4711]`, the same for both ends, in each process.
        fs::read_link(format!("/proc/self/fd/{number}")).map(PipeName)
    }

    /// How many descriptors of the process `pid` can write to this pipe. Of a
    /// process of another user that is a secret. A zombie has none: root is
    /// told 0, others get an error.
    ///
    /// # Errors
    ///
    /// There is no such process, or it is not yours to look at.
    pub fn write_ends(&self, pid: u32) -> io::Result<usize> {
        let mut ends = 0;
        for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
            let entry = entry?;
            // The descriptor may be closed by now, as that of this list is.
            let Ok(target) = fs::read_link(entry.path()) else {
                continue;
            };
            if target != self.0 {
                continue;
            }
            let number = entry.file_name();
            let info = format!("/proc/{pid}/fdinfo/{}", number.display());
            let info = fs::read_to_string(info).unwrap_or_default();
            ends += usize::from(writes(&info));
        }
        Ok(ends)
    }
}

/// The line `flags:` holds what open(2) was told, in octal.
fn writes(info: &str) -> bool {
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|f| i32::from_str_radix(f.trim(), 8).ok());
    flags.is_some_and(|flags| flags & libc::O_ACCMODE != libc::O_RDONLY)
}
