//! A copy of this process that runs a closure, held by a descriptor: fork(2)
//! made safe to call, with [`pidfd`](crate::pidfd).
//!
//! What it does not see to: the copy has every descriptor, so an end of a
//! pipe that it does not drop stays open; and the state of each generator of
//! random numbers, so two copies draw the same ones.

use crate::death_signal::tie_to;
use crate::pidfd::{after, children_stay, exit_status, ready, reap};
use nix::sys::signal::SigSet;
use nix::unistd::{self, ForkResult};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, pidfd_open,
    pidfd_send_signal, waitid,
};
use std::fs;
use std::io::{self, Write};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// If it is n, the n-th fork from now is refused as the kernel refuses it at
/// the limit of processes, which it does not hold root to.
pub(crate) static REFUSE: AtomicU32 = AtomicU32::new(0);

/// The threads that a forked process had beside its own when it began. A fork
/// copies one thread, so they are a library's, started anew by its handler
/// of forks (pthread_atfork(3)), which sees to the next fork as well. One
/// such library is the runtime of ThreadSanitizer.
static BESIDE: AtomicUsize = AtomicUsize::new(0);

/// A child process. Dropping it kills it and reaps it: no process and no
/// zombie stays.
#[derive(Debug)]
pub struct ForkedChild {
    pid: Pid,
    pidfd: OwnedFd,
    status: Option<ExitStatus>,
    /// A copy of this, in a child forked later, has nothing to kill.
    parent: unistd::Pid,
}

impl ForkedChild {
    /// Forks, and runs `body` in the child, which ends with the low 8 bits of
    /// what `body` returns as its exit status, or with 101 if it panics. It
    /// ends by `_exit`, so that nothing of the parent's is run down twice.
    /// The child has a copy of all memory and of all open descriptors; in the
    /// parent `body` is dropped. No signal is blocked in the child: one that
    /// it shall read, it blocks itself, as by [`Signals::block`].
    ///
    /// [`Signals::block`]: crate::signals::Signals::block
    ///
    /// The child is killed when the thread that called this ends, and with it
    /// when this process ends, however it does: see [`tie_to`].
    ///
    /// # Errors
    ///
    /// This process has more than one thread: the child would have copies of
    /// the locks that the others hold, and nobody to release them. Or the
    /// system refuses a process (`EAGAIN`) or a descriptor (`EMFILE`), or
    /// what is buffered for standard output cannot be written, or SIGCHLD is
    /// ignored: then the kernel would reap the child. No child is left then.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork::ForkedChild;
    ///
    /// let mut child = ForkedChild::start(|| 7)?;
    /// assert_eq!(child.wait()?.code(), Some(7));
    ///
    /// let mut stuck = ForkedChild::start(|| loop { std::thread::park() })?;
    /// assert_eq!(stuck.try_wait()?, None);
    /// stuck.kill()?;
    /// assert!(!stuck.wait()?.success());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(body: impl FnOnce() -> i32) -> io::Result<ForkedChild> {
        let wanted = 1 + BESIDE.load(Relaxed);
        let threads = settled_threads(wanted)?;
        if threads != wanted {
            return Err(io::Error::other(format!(
                "fork in a process with {threads} threads: fork before the \
                 first thread starts"
            )));
        }
        children_stay()?;
        // Else the child would print what the parent has buffered once more.
        io::stdout().flush()?;
        refuse_if_planned()?;
        let parent = unistd::getpid();
        // SAFETY: there is one thread, this one, and only it could start
        // another between the count and here. So no lock is held and no
        // structure is half changed by a thread that the child lacks. (Those
        // of `BESIDE` take care of forks themselves.)
        match unsafe { unistd::fork() }? {
            ForkResult::Child => {
                let status = in_child(parent, body);
                let _ = io::stdout().flush();
                // SAFETY: `_exit` is async-signal-safe. It leaves out the
                // destructors and exit handlers, which are the parent's.
                unsafe { libc::_exit(status) }
            }
            ForkResult::Parent { child } => {
                let pid = Pid::from_raw(child.as_raw()).expect("no pid is 0");
                ForkedChild::of(pid, parent)
            }
        }
    }

    fn of(pid: Pid, parent: unistd::Pid) -> io::Result<ForkedChild> {
        // One thread, and SIGCHLD is not ignored: nobody has reaped it, and
        // the number is still its own.
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).inspect_err(|_| {
            let _ = kill_process(pid, Signal::KILL);
            let end = || waitid(WaitId::Pid(pid), WaitIdOptions::EXITED);
            let _ = retry_on_intr(end);
        })?;
        Ok(ForkedChild {
            pid,
            pidfd,
            status: None,
            parent,
        })
    }

    /// The child's number: to be shown, not to be signalled.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_pid()
    }

    /// Sends SIGKILL. It ends a stopped child as well; one that has ended
    /// already is left as it is. It is still to be waited for.
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
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
            let ended = retry_on_intr(|| waitid(self.wait_id(), options))?;
            self.status = ended.map(|ended| exit_status(&ended));
        }
        Ok(self.status)
    }

    /// Waits for the child's end. One that is stopped, or never ends, is
    /// waited for without limit: see [`wait_timeout`](Self::wait_timeout).
    ///
    /// # Errors
    ///
    /// As for [`try_wait`](Self::try_wait).
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

    /// Waits for the child's end, for `time` at most; `None` says that it has
    /// not ended.
    ///
    /// # Errors
    ///
    /// As for [`try_wait`](Self::try_wait).
    pub fn wait_timeout(
        &mut self,
        time: Duration,
    ) -> io::Result<Option<ExitStatus>> {
        let deadline = after(time);
        if self.status.is_none() && ready(&[self.as_fd()], deadline)?[0] {
            self.status = Some(reap(self.as_fd())?);
        }
        Ok(self.status)
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
        match retry_on_intr(|| waitid(self.wait_id(), options)) {
            Ok(status) => Ok(status.and_then(|s| s.stopping_signal())),
            // One that has ended cannot stop any more, and is "no child"
            // for who asks about stops alone.
            Err(Errno::CHILD) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn wait_id(&self) -> WaitId<'_> {
        WaitId::PidFd(self.as_fd())
    }
}

impl AsFd for ForkedChild {
    /// The pidfd: readable when the child has ended.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl Drop for ForkedChild {
    fn drop(&mut self) {
        if self.status.is_none()
            && self.parent == unistd::getpid()
            && self.kill().is_ok()
        {
            let _ = self.wait();
        }
    }
}

/// What the child does; its exit status.
fn in_child(parent: unistd::Pid, body: impl FnOnce() -> i32) -> i32 {
    let Ok(threads) = count_threads() else {
        return 101;
    };
    BESIDE.store(threads - 1, Relaxed);
    // Tied first: a signal that has waited may end it at once.
    if tie_to(parent).is_err() || SigSet::empty().thread_set_mask().is_err() {
        return 101;
    }
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // Its destructor might panic as well, and unwind into the parent's
        // code.
        mem::forget(payload);
        101
    })
}

fn refuse_if_planned() -> io::Result<()> {
    let refuse = REFUSE.load(Relaxed);
    REFUSE.store(refuse.saturating_sub(1), Relaxed);
    match refuse {
        1 => Err(Errno::AGAIN.into()),
        _ => Ok(()),
    }
}

/// How many threads this process has.
fn count_threads() -> io::Result<usize> {
    Ok(fs::read_dir("/proc/self/task")?.count())
}

/// The same, and it should be `wanted`. One whose closure has ended, at the
/// end of a `thread::scope` say, may take a moment to go, and is given it.
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
    use super::ForkedChild;

    #[test]
    fn a_threaded_program_may_not_fork() {
        // The test runner has a thread for this test, beside its own.
        let error = ForkedChild::start(|| 0).unwrap_err();
        assert!(error.to_string().contains("threads"), "{error}");
    }
}
