//! A copy of this process that runs a closure: fork(2), made safe to call.

use crate::pidfd::{ready, reap};
use nix::unistd::{ForkResult, fork};
use rustix::process::{
    Pid, PidfdFlags, Signal, getppid, pidfd_open, pidfd_send_signal,
    set_parent_process_death_signal,
};
use std::fs;
use std::io::{self, Write};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{self, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// A forked child and its pidfd. Dropping it kills the child and reaps it.
#[derive(Debug)]
pub struct Forked {
    pidfd: OwnedFd,
    status: Option<ExitStatus>,
    /// A copy of this, in a child forked later, has nothing to kill.
    parent: u32,
}

impl Forked {
    /// Forks, and runs `body` in the child, which ends with the low 8 bits of
    /// what `body` returns as its exit status, or with 101 if it panics. In
    /// the parent `body` is dropped. The kernel kills the child if the parent
    /// ends first.
    ///
    /// # Errors
    ///
    /// This process has more than one thread: the child would have copies of
    /// the locks that the others hold, and nobody to release them. Or what is
    /// buffered for standard output cannot be written, or the system refuses
    /// a process or a descriptor.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::forked::Forked;
    /// use std::time::Duration;
    ///
    /// let mut child = Forked::start(|| 7)?;
    /// let status = child.wait_timeout(Duration::from_secs(10))?;
    /// assert_eq!(status.unwrap().code(), Some(7));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(body: impl FnOnce() -> i32) -> io::Result<Forked> {
        Forked::start_beside(0, body)
    }

    /// As [`start`](Forked::start), in a process that is a fork itself, and
    /// found `others` threads beside it when it began: a fork copies one
    /// thread, so they are a library's, begun anew by its handler of forks
    /// (pthread_atfork(3)), which sees to the next fork as well. One such
    /// library is the runtime of ThreadSanitizer.
    pub(crate) fn start_beside(
        others: usize,
        body: impl FnOnce() -> i32,
    ) -> io::Result<Forked> {
        let threads = settled_threads(1 + others)?;
        if threads != 1 + others {
            return Err(io::Error::other(format!(
                "fork in a process with {threads} threads"
            )));
        }
        // Else the child would print what is buffered once more.
        io::stdout().flush()?;
        let parent = process::id();
        // SAFETY: there is one thread, this one, and only it could start
        // another between the count and here. So no lock is held and no
        // structure is half changed by a thread that the child lacks. (Those
        // of `others` take care of forks themselves.)
        match unsafe { fork() }? {
            ForkResult::Parent { child } => {
                let pid = Pid::from_raw(child.as_raw()).expect("no pid is 0");
                Forked::of(pid, parent)
            }
            ForkResult::Child => {
                let body = AssertUnwindSafe(move || {
                    die_with(parent);
                    body()
                });
                let status = catch_unwind(body).unwrap_or_else(|payload| {
                    // Its destructor might panic as well, and unwind into
                    // the parent's code.
                    mem::forget(payload);
                    101
                });
                let _ = io::stdout().flush();
                // SAFETY: `_exit` is async-signal-safe. It leaves out the
                // destructors and exit handlers, which are the parent's.
                unsafe { libc::_exit(status) }
            }
        }
    }

    fn of(pid: Pid, parent: u32) -> io::Result<Forked> {
        // Nobody else reaps it, so that the number is still its own.
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).inspect_err(|_| {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
            let _ = rustix::process::waitpid(
                Some(pid),
                rustix::process::WaitOptions::empty(),
            );
        })?;
        Ok(Forked {
            pidfd,
            status: None,
            parent,
        })
    }

    /// Waits for the child's end, for `time` at most; `None` says that it has
    /// not ended.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child.
    pub fn wait_timeout(
        &mut self,
        time: Duration,
    ) -> io::Result<Option<ExitStatus>> {
        let deadline = Some(Instant::now() + time);
        if self.status.is_none() && ready(&[self.as_fd()], deadline)?[0] {
            self.status = Some(reap(self.as_fd())?);
        }
        Ok(self.status)
    }

    /// Waits for the child's end. One that hangs makes this hang.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        match self.status {
            Some(status) => Ok(status),
            None => {
                let status = reap(self.as_fd())?;
                self.status = Some(status);
                Ok(status)
            }
        }
    }
}

impl Forked {
    /// Kills the child. It is still to be waited for.
    pub fn kill(&self) {
        // It cannot hit another; if the child has ended, nothing is to do.
        let _ = pidfd_send_signal(&self.pidfd, Signal::KILL);
    }
}

impl AsFd for Forked {
    /// The pidfd: readable when the child has ended.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl Drop for Forked {
    fn drop(&mut self) {
        if self.status.is_none() && self.parent == process::id() {
            let _ = pidfd_send_signal(&self.pidfd, Signal::KILL);
            let _ = reap(self.as_fd());
        }
    }
}

/// Lets the kernel kill this process when its parent ends.
fn die_with(parent: u32) {
    let asked = set_parent_process_death_signal(Some(Signal::KILL));
    // It may have ended before this was asked for.
    let now = getppid().map_or(0, |pid| pid.as_raw_nonzero().get());
    assert!(
        asked.is_ok() && now == parent.cast_signed(),
        "the parent has ended"
    );
}

/// How many threads this process has.
pub(crate) fn count_threads() -> io::Result<usize> {
    Ok(fs::read_dir("/proc/self/task")?.count())
}

/// The same, and it should be `wanted`. One whose closure has ended may take a
/// moment to go, and is given it.
fn settled_threads(wanted: usize) -> io::Result<usize> {
    let deadline = Instant::now() + Duration::from_millis(100);
    loop {
        let threads = count_threads()?;
        if threads == wanted || Instant::now() > deadline {
            return Ok(threads);
        }
        thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::Forked;

    #[test]
    fn a_threaded_program_may_not_fork() {
        // The test runner has a thread for this test, beside its own.
        let error = Forked::start(|| 0).unwrap_err();
        assert!(error.to_string().contains("threads"), "{error}");
    }
}
