//! Children that are waited for and signalled by descriptor: pidfd_open(2).
//!
//! A pid is a number, and once a child is reaped the kernel may give the
//! number to another process. A pidfd goes on meaning the process that it was
//! opened for, and poll(2) reports it readable when that process has ended.
//!
//! Python has the descriptor as `multiprocessing.Process.sentinel`, and
//! `os.pidfd_open`.

use crate::death_signal::tie_to;
use nix::sys::signal::SigSet;
use nix::unistd;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitIdStatus,
    kill_process_group, pidfd_open, pidfd_send_signal, waitid,
};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::ptr;
use std::time::{Duration, Instant};

/// A running program, started by this process, and its pidfd. Dropping it
/// kills the program and what is left in its process group, and reaps it.
///
/// It is the only reaper of its child: a `waitpid(-1)` anywhere in the process
/// would take the exit status away, and leave the group's number to a
/// stranger. When it is seen that somebody has done so, nothing is signalled.
#[derive(Debug)]
pub struct WatchedChild {
    pid: Pid,
    pidfd: OwnedFd,
    status: Option<ExitStatus>,
    /// A copy of this, in a child forked later, has nothing to kill.
    parent: unistd::Pid,
}

impl WatchedChild {
    /// Starts `command` in a process group of its own, with no signal
    /// blocked. To be called once for a command.
    ///
    /// Ctrl-C in a terminal signals the group in the foreground, so it does
    /// not reach the child. A child in the background that reads the terminal
    /// is stopped, by SIGTTIN: give it `stdin(Stdio::null())`.
    ///
    /// # Errors
    ///
    /// The program cannot be started, there is no descriptor left, or SIGCHLD
    /// is ignored: then the kernel would reap the child.
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
    /// let mut child = WatchedChild::spawn(&mut sleep)?;
    /// assert_eq!(child.wait_timeout(Duration::from_millis(1))?, None);
    /// let status = child.stop(Duration::from_secs(10))?;
    /// assert_eq!(status.to_string(), "signal: 15 (SIGTERM)");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn spawn(command: &mut Command) -> io::Result<WatchedChild> {
        prepare(command);
        WatchedChild::spawn_prepared(command)
    }

    /// As [`spawn`](Self::spawn), and the kernel kills the child when this
    /// *thread* ends, in whatever way: call it in a thread that lives as long
    /// as the child shall, such as the main thread.
    ///
    /// Only the child itself is killed so, not its children, and not a
    /// program that the kernel runs with other rights than its caller's (set-
    /// user-ID, capabilities): see PR_SET_PDEATHSIG(2const).
    ///
    /// # Errors
    ///
    /// As for [`spawn`](Self::spawn).
    pub fn spawn_tied(command: &mut Command) -> io::Result<WatchedChild> {
        let parent = unistd::Pid::this();
        // SAFETY: the hook runs between fork and exec. It makes two system
        // calls, and neither allocates nor takes a lock, not even on failure.
        unsafe { command.pre_exec(move || tie_to(parent)) };
        WatchedChild::spawn(command)
    }

    /// Starts `command` once more; [`prepare`] has seen it.
    pub(crate) fn spawn_prepared(
        command: &mut Command,
    ) -> io::Result<WatchedChild> {
        children_stay()?;
        let mut child = command.spawn()?;
        let pid = Pid::from_child(&child);
        // Not reaped yet, so that the number is still this child's.
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(pidfd) => Ok(WatchedChild {
                pid,
                pidfd,
                status: None,
                parent: unistd::getpid(),
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

    /// Sends `signal` to all of the child's process group; to the child, if
    /// it has left that group and nobody is in it.
    ///
    /// # Errors
    ///
    /// The child has been reaped, here (`ESRCH`) or by somebody else
    /// (`ECHILD`): the group's number may be another's by now. Or all that
    /// are in the group have changed their user, and may no longer be
    /// signalled (`EPERM`).
    pub fn signal_group(&self, signal: Signal) -> io::Result<()> {
        if self.status.is_some() {
            return Err(Errno::SRCH.into());
        }
        match self.try_group(signal) {
            Err(Errno::SRCH) => self.signal(signal),
            sent => Ok(sent?),
        }
    }

    /// Signals the group, if its number is still its own.
    fn try_group(&self, signal: Signal) -> Result<(), Errno> {
        // NOWAIT: it stays as it is. ECHILD says that it is not there.
        let options = WaitIdOptions::EXITED
            | WaitIdOptions::NOHANG
            | WaitIdOptions::NOWAIT;
        retry_on_intr(|| waitid(WaitId::PidFd(self.as_fd()), options))?;
        kill_process_group(self.pid, signal)
    }

    /// Kills the group, and the child, which may have left it. Once this is
    /// Ok, the child ends.
    ///
    /// # Errors
    ///
    /// The child has changed its user, and may no longer be signalled, or
    /// somebody else has reaped it.
    pub(crate) fn kill_all(&self) -> io::Result<()> {
        // Whatever else it answers, the child may have left its group.
        if let Err(Errno::CHILD) = self.try_group(Signal::KILL) {
            return Err(Errno::CHILD.into());
        }
        match pidfd_send_signal(&self.pidfd, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
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
        self.wait_until(after(time))
    }

    // ANCHOR: stop
    /// Asks the child's group to end, by SIGTERM; after `grace` kills it. What
    /// is left of the group when the child ends is killed then.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child. Or it has changed its user, and
    /// may not be signalled (`EPERM`): it still runs.
    pub fn stop(&mut self, grace: Duration) -> io::Result<ExitStatus> {
        if self.status.is_none() {
            self.signal_group(Signal::TERM)?;
        }
        if let Some(status) = self.wait_timeout(grace)? {
            return Ok(status);
        }
        self.kill_all()?;
        self.wait()
    }
    // ANCHOR_END: stop

    fn wait_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() && ready(&[self.as_fd()], deadline)?[0] {
            // While the leader is a zombie, the group's number stays taken.
            let _ = self.try_group(Signal::KILL);
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
        if self.status.is_none()
            && self.parent == unistd::getpid()
            && self.kill_all().is_ok()
        {
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

/// Whether a child that has ended stays a zombie until this process reaps it:
/// till then its number is its own.
///
/// # Errors
///
/// It does not: SIGCHLD is ignored, as a program may be from its start, or
/// handled with SA_NOCLDWAIT.
pub(crate) fn children_stay() -> io::Result<()> {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the call writes to `action`, as large as it has to be, and
    // changes nothing.
    let asked = unsafe {
        libc::sigaction(libc::SIGCHLD, ptr::null(), action.as_mut_ptr())
    };
    if asked == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zeros are a `sigaction`, whatever the call has written.
    let action = unsafe { action.assume_init() };
    if action.sa_sigaction == libc::SIG_IGN
        || action.sa_flags & libc::SA_NOCLDWAIT != 0
    {
        return Err(io::Error::other(
            "SIGCHLD is ignored, so that the kernel reaps each child: set it \
             to SIG_DFL before the first child starts",
        ));
    }
    Ok(())
}

/// The deadline for a wait of `time`; `None` is none, beyond all clocks.
pub(crate) fn after(time: Duration) -> Option<Instant> {
    Instant::now().checked_add(time)
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
    let wait = || waitid(WaitId::PidFd(pidfd), WaitIdOptions::EXITED);
    let ended = retry_on_intr(wait)?;
    Ok(exit_status(&ended.expect("it waits for the end")))
}

pub(crate) fn exit_status(ended: &WaitIdStatus) -> ExitStatus {
    // As wait(2) packs it.
    let raw = match (ended.exit_status(), ended.terminating_signal()) {
        (Some(code), _) => (code & 0xff) << 8,
        (_, Some(signal)) => signal | i32::from(ended.dumped()) << 7,
        _ => unreachable!("only ends are asked for"),
    };
    ExitStatus::from_raw(raw)
}

#[cfg(test)]
mod tests {
    use super::{Signal, WatchedChild};
    use std::io::{self, Read};
    use std::process::Command;
    use std::time::Duration;

    /// A child with a child of its own, and a pipe that both hold open.
    fn with_child() -> (WatchedChild, io::PipeReader) {
        let (mut alive, held) = io::pipe().unwrap();
        let script = "sleep 1000 & echo; wait";
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(held);
        let child = WatchedChild::spawn(&mut command).unwrap();
        // The child is there.
        alive.read_exact(&mut [0]).unwrap();
        (child, alive)
    }

    #[test]
    fn a_child_takes_its_children_along() {
        let (child, mut alive) = with_child();
        drop(child);
        // It would last 1,000 s if one of them were left.
        assert_eq!(alive.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_child_that_has_ended_takes_its_children_along() {
        let (mut child, mut alive) = with_child();
        child.signal(Signal::KILL).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.to_string(), "signal: 9 (SIGKILL)");
        assert_eq!(alive.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_wait_has_a_limit_and_the_status_stays() {
        let mut child =
            WatchedChild::spawn(Command::new("sh").args(["-c", "exit 3"]))
                .unwrap();
        let limit = Duration::from_secs(10);
        for _ in 0..2 {
            let status = child.wait_timeout(limit).unwrap();
            assert_eq!(status.and_then(|s| s.code()), Some(3));
        }
        let mut child =
            WatchedChild::spawn(Command::new("sleep").arg("1000")).unwrap();
        let limit = Duration::from_millis(1);
        assert_eq!(child.wait_timeout(limit).unwrap(), None);
    }
}
