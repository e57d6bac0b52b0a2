//! Children that are waited for and signalled by descriptor: pidfd_open(2).
//!
//! A pid is a number, and once a child is reaped the kernel may give the
//! number to another process. A pidfd goes on meaning the process that it was
//! opened for, and poll(2) reports it readable when that process has ended.
//!
//! Python has the descriptor as `multiprocessing.Process.sentinel`, and
//! `os.pidfd_open`.

use nix::sys::signal::SigSet;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group,
    pidfd_open, pidfd_send_signal, waitid,
};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// A running program, started by this process, and its pidfd. Dropping it
/// kills the program and what is left in its process group, and reaps it.
///
/// It is the only reaper of its child: a `waitpid(-1)` anywhere in the process
/// would take the exit status away.
#[derive(Debug)]
pub struct WatchedChild {
    pid: Pid,
    pidfd: OwnedFd,
    status: Option<ExitStatus>,
}

impl WatchedChild {
    /// Starts `command` in a process group of its own, with no signal
    /// blocked.
    ///
    /// # Errors
    ///
    /// The program cannot be started, or there is no descriptor left.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::pidfd::WatchedChild;
    /// use std::process::Command;
    /// use std::time::Duration;
    ///
    /// let mut sleep = Command::new("sleep");
    /// sleep.arg("60");
    /// let mut child = WatchedChild::spawn(sleep)?;
    /// assert_eq!(child.wait_timeout(Duration::from_millis(1))?, None);
    /// let status = child.stop(Duration::from_secs(10))?;
    /// assert_eq!(status.to_string(), "signal: 15 (SIGTERM)");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn spawn(mut command: Command) -> io::Result<WatchedChild> {
        prepare(&mut command);
        WatchedChild::spawn_prepared(&mut command)
    }

    /// Starts `command` once more; [`prepare`] has seen it.
    pub(crate) fn spawn_prepared(
        command: &mut Command,
    ) -> io::Result<WatchedChild> {
        let mut child = command.spawn()?;
        let pid = Pid::from_child(&child);
        // Not reaped yet, so that the number is still this child's.
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(pidfd) => Ok(WatchedChild {
                pid,
                pidfd,
                status: None,
            }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error.into())
            }
        }
    }

    /// The child's process id, and its group's.
    pub fn id(&self) -> Pid {
        self.pid
    }

    /// Sends `signal` to the child alone.
    ///
    /// # Errors
    ///
    /// `ESRCH`: the child has been reaped. No other process can be hit.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(pidfd_send_signal(&self.pidfd, signal)?)
    }

    /// Sends `signal` to all of the child's process group.
    ///
    /// # Errors
    ///
    /// The child has been reaped: the group's number may be another's by now.
    pub fn signal_group(&self, signal: Signal) -> io::Result<()> {
        if self.status.is_some() {
            return Err(Errno::SRCH.into());
        }
        Ok(kill_process_group(self.pid, signal)?)
    }

    /// Waits until the child has ended. One that is only stopped (SIGSTOP)
    /// has not, and makes this wait for ever.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let ended = self.wait_until(None)?;
        Ok(ended.expect("without a deadline it waits for the end"))
    }

    /// Waits for `time` at most; `None` says that the child has not ended.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child.
    pub fn wait_timeout(
        &mut self,
        time: Duration,
    ) -> io::Result<Option<ExitStatus>> {
        self.wait_until(Some(Instant::now() + time))
    }

    // ANCHOR: stop
    /// Asks the child's group to end, by SIGTERM; after `grace` kills it. What
    /// is left of the group when the child ends is killed then.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child.
    pub fn stop(&mut self, grace: Duration) -> io::Result<ExitStatus> {
        if self.status.is_none() {
            self.signal_group(Signal::TERM)?;
        }
        if let Some(status) = self.wait_timeout(grace)? {
            return Ok(status);
        }
        self.signal_group(Signal::KILL)?;
        self.wait()
    }
    // ANCHOR_END: stop

    fn wait_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() && ready(&[self.as_fd()], deadline)?[0] {
            // While the leader is a zombie, the group's number stays taken.
            let _ = kill_process_group(self.pid, Signal::KILL);
            self.status = Some(reap(self.as_fd())?);
        }
        Ok(self.status)
    }

    /// Waits for the end of the child, and leaves the rest of its group.
    pub(crate) fn wait_alone(&mut self) -> io::Result<ExitStatus> {
        let status = reap(self.as_fd())?;
        self.status = Some(status);
        Ok(status)
    }
}

impl AsFd for WatchedChild {
    /// The pidfd, to poll with others: [`ready`].
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl Drop for WatchedChild {
    fn drop(&mut self) {
        if self.status.is_none() {
            let _ = kill_process_group(self.pid, Signal::KILL);
            let _ = reap(self.as_fd());
        }
    }
}

/// Makes `command` start in a group of its own, with no signal blocked. To be
/// called once for a command.
pub(crate) fn prepare(command: &mut Command) {
    command.process_group(0);
    // SAFETY: the closure runs between fork and exec, where only
    // async-signal-safe functions may be called: these are sigemptyset and
    // pthread_sigmask. It allocates nothing.
    unsafe {
        command.pre_exec(|| Ok(SigSet::empty().thread_set_mask()?));
    }
}

// ANCHOR: ready
/// Which of the descriptors are readable; a pidfd is when its process has
/// ended. Waits until one is, or until the deadline.
///
/// # Errors
///
/// The kernel lacks memory.
pub fn ready(
    descriptors: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<Vec<bool>> {
    let mut polled: Vec<PollFd<'_>> = descriptors
        .iter()
        .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
        .collect();
    loop {
        let left = deadline
            .map(|at| at.saturating_duration_since(Instant::now()))
            .map(|left| Timespec::try_from(left).expect("it is short"));
        match poll(&mut polled, left.as_ref()) {
            // A signal handler ran: what is left of the time is less now.
            Err(Errno::INTR) => continue,
            answer => answer?,
        };
        let readable = |p: &PollFd<'_>| !p.revents().is_empty();
        return Ok(polled.iter().map(readable).collect());
    }
}
// ANCHOR_END: ready

/// Reaps the child of this pidfd, waiting until it has ended.
pub(crate) fn reap(pidfd: BorrowedFd<'_>) -> io::Result<ExitStatus> {
    let ended = loop {
        match waitid(WaitId::PidFd(pidfd), WaitIdOptions::EXITED) {
            Err(Errno::INTR) => continue,
            answer => break answer?.expect("it waits for the end"),
        }
    };
    // As wait(2) packs it.
    let raw = match (ended.exit_status(), ended.terminating_signal()) {
        (Some(code), _) => (code & 0xff) << 8,
        (_, Some(signal)) => signal | if ended.dumped() { 0x80 } else { 0 },
        _ => unreachable!("only ends are asked for"),
    };
    Ok(ExitStatus::from_raw(raw))
}
