//! A child process that runs a closure, held by a descriptor: fork(2) made
//! safe to call, with pidfd_open(2).
//!
//! The descriptor becomes readable when the child has ended, so that one
//! poll(2) waits for many children and for other things. It also cannot be
//! mistaken: a signal sent through it reaches this child or nobody, never
//! another process that has got its number since.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitIdStatus, getppid,
    pidfd_open, pidfd_send_signal, set_parent_process_death_signal, waitid,
};

use std::fs;
use std::io::{self, Write};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// If it is n, the n-th fork from now is refused as the kernel refuses it at
/// the limit of processes, which it does not hold root to.
pub(crate) static REFUSE: AtomicU32 = AtomicU32::new(0);

/// A child process. Dropping it kills it and reaps it: no process and no
/// zombie stays.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
    pidfd: OwnedFd,
    status: Option<ExitStatus>,
}

impl Child {
    /// Forks, and runs `body` in the child, which ends with the low 8 bits of
    /// what `body` returns as its exit status, or with 101 if it panics. It
    /// ends by `_exit`, so that nothing of the parent's is run down twice.
    /// The child has a copy of all memory and of all open descriptors.
    ///
    /// The child is killed when the thread that called this ends, and with it
    /// when this process ends, however it does (`PR_SET_PDEATHSIG`).
    ///
    /// # Errors
    ///
    /// This process has more than one thread: the child would have copies of
    /// the locks that the others hold, and nobody to release them. Or the
    /// system refuses a process (`EAGAIN`) or a descriptor (`EMFILE`), or
    /// what is buffered for standard output cannot be written. No child is
    /// left then.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::child::Child;
    ///
    /// let mut child = Child::fork(|| 7)?;
    /// assert_eq!(child.wait()?.code(), Some(7));
    ///
    /// let mut stuck = Child::fork(|| loop { std::thread::park() })?;
    /// assert_eq!(stuck.try_wait()?, None);
    /// stuck.kill()?;
    /// assert!(!stuck.wait()?.success());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn fork(body: impl FnOnce() -> i32) -> io::Result<Child> {
        let threads = settled_threads()?;
        if threads != 1 {
            return Err(io::Error::other(format!(
                "fork in a process with {threads} threads: fork before the \
                 first thread starts"
            )));
        }
        // Else the child would print what the parent has buffered once more.
        io::stdout().flush()?;
        let refuse = REFUSE.load(Relaxed);
        if refuse > 0 {
            REFUSE.store(refuse - 1, Relaxed);
            if refuse == 1 {
                return Err(Errno::AGAIN.into());
            }
        }
        let parent = rustix::process::getpid();
        // SAFETY: there is one thread, this one, and only it could start
        // another between the count and here. So no lock is held and no
        // structure is half changed by a thread that the child lacks.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                // If the parent has ended in between, no signal will come.
                let kill = Some(Signal::KILL);
                if set_parent_process_death_signal(kill).is_err()
                    || getppid() != Some(parent)
                {
                    // SAFETY: as below.
                    unsafe { libc::_exit(101) }
                }
                let body = AssertUnwindSafe(body);
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
            pid => {
                let pid = Pid::from_raw(pid).expect("a child's is positive");
                // Nobody reaps the child before this, so that `pid` is its.
                match pidfd_open(pid, PidfdFlags::empty()) {
                    Ok(pidfd) => Ok(Child {
                        pid,
                        pidfd,
                        status: None,
                    }),
                    Err(error) => {
                        let _ =
                            rustix::process::kill_process(pid, Signal::KILL);
                        let _ = ended(WaitId::Pid(pid), false);
                        Err(error.into())
                    }
                }
            }
        }
    }

    /// The child's number: to be shown, not to be signalled.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_pid()
    }

    /// Sends SIGKILL. It ends a stopped child as well; one that has ended
    /// already is left as it is.
    ///
    /// # Errors
    ///
    /// The child has changed its user, and may no longer be signalled.
    pub fn kill(&self) -> io::Result<()> {
        match pidfd_send_signal(&self.pidfd, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// How the child ended, if it has.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child (`ECHILD`): `waitpid(-1)`, or
    /// SIGCHLD is ignored.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = ended(WaitId::PidFd(self.pidfd.as_fd()), true)?;
        }
        Ok(self.status)
    }

    /// Waits for the child's end. One that is stopped, or never ends, is
    /// waited for without limit: see [`Child::wait_until`].
    ///
    /// # Errors
    ///
    /// As for [`Child::try_wait`].
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if self.status.is_none() {
            self.status = ended(WaitId::PidFd(self.pidfd.as_fd()), false)?;
        }
        self.status
            .ok_or_else(|| io::Error::other("it has not ended"))
    }

    /// Waits for the child's end, until `deadline`: `None` if it has not
    /// ended by then.
    ///
    /// # Errors
    ///
    /// As for [`Child::try_wait`].
    pub fn wait_until(
        &mut self,
        deadline: Instant,
    ) -> io::Result<Option<ExitStatus>> {
        loop {
            let status = self.try_wait()?;
            let left = deadline.saturating_duration_since(Instant::now());
            if status.is_some() || left.is_zero() {
                return Ok(status);
            }
            let mut one = [PollFd::new(&self.pidfd, PollFlags::IN)];
            poll_for(&mut one, left)?;
        }
    }

    /// The signal that stopped the child, if it is stopped now: SIGSTOP, or
    /// one of the terminal's. A pidfd does not tell of it, so one has to
    /// look.
    ///
    /// # Errors
    ///
    /// The system refuses to look.
    pub fn stopped(&self) -> io::Result<Option<i32>> {
        // NOWAIT leaves the answer for the next who asks.
        let options = WaitIdOptions::STOPPED
            | WaitIdOptions::NOHANG
            | WaitIdOptions::NOWAIT;
        let id = WaitId::PidFd(self.pidfd.as_fd());
        match retry(|| waitid(id.clone(), options)) {
            Ok(status) => Ok(status.and_then(|s| s.stopping_signal())),
            // One that has ended cannot stop any more, and is "no child"
            // for who asks about stops alone.
            Err(e) if e.raw_os_error() == Some(libc::ECHILD) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl AsFd for Child {
    /// The pidfd: readable when the child has ended.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.status.is_none() && self.kill().is_ok() {
            let _ = self.wait();
        }
    }
}

/// Polls `fds` for at most `limit`. A signal may end it early.
pub(crate) fn poll_for(
    fds: &mut [PollFd<'_>],
    limit: Duration,
) -> io::Result<()> {
    let limit = Timespec::try_from(limit).ok();
    match poll(fds, limit.as_ref()) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Reaps the child `id`, if it has ended, or when it does.
fn ended(id: WaitId<'_>, look: bool) -> io::Result<Option<ExitStatus>> {
    let mut options = WaitIdOptions::EXITED;
    options.set(WaitIdOptions::NOHANG, look);
    Ok(retry(|| waitid(id.clone(), options))?.map(|s| exit_status(&s)))
}

fn exit_status(status: &WaitIdStatus) -> ExitStatus {
    // As wait(2) packs them.
    let raw = match status.terminating_signal() {
        Some(signal) => signal | i32::from(status.dumped()) << 7,
        None => (status.exit_status().unwrap_or_default() & 0xff) << 8,
    };
    ExitStatus::from_raw(raw)
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            result => return Ok(result?),
        }
    }
}

/// How many threads this process has. One whose closure has ended, at the end
/// of a `thread::scope` say, may take a moment to go, and is given it.
fn settled_threads() -> io::Result<usize> {
    let deadline = Instant::now() + Duration::from_millis(100);
    loop {
        let threads = fs::read_dir("/proc/self/task")?.count();
        if threads == 1 || Instant::now() > deadline {
            return Ok(threads);
        }
        thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::Child;

    #[test]
    fn a_threaded_program_may_not_fork() {
        // The test runner has a thread for this test, beside its own.
        let error = Child::fork(|| 0).unwrap_err();
        assert!(error.to_string().contains("threads"), "{error}");
    }
}
