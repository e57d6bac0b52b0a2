//! A helper: a program that runs beside this one, and ends no later.
//!
//! Python has the first half of it as `multiprocessing.Process(daemon=True)`,
//! and no call for the second, the kernel's signal.

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getppid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{PidfdFlags, pidfd_open};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// A running helper, in a process group of its own: its own children are in
/// it too, unless they leave it. Dropping it kills the whole group, and waits
/// for the helper, so that no zombie stays.
///
/// A destructor runs when a scope is left, by `?` and by a panic as well. It
/// does not run when this process is killed, aborts or calls
/// [`exit`](std::process::exit): see [`start_tied`](Self::start_tied).
#[derive(Debug)]
pub struct Helper {
    child: Child,
    /// It was reaped, and its number may be another's by now.
    reaped: bool,
}

impl Helper {
    /// Starts `command` as a helper.
    ///
    /// Ctrl-C in a terminal signals the group in the foreground, so it does
    /// not reach the helper.
    ///
    /// # Errors
    ///
    /// Those of [`Command::spawn`].
    ///
    /// # Examples
    ///
    /// ```
    /// use ch03_processes::helper::Helper;
    /// use std::{process::Command, time::Duration};
    ///
    /// let mut helper = Helper::start(Command::new("sleep").arg("1000"))?;
    /// assert_eq!(helper.wait_timeout(Duration::from_millis(1))?, None);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(command: &mut Command) -> io::Result<Helper> {
        let child = command.process_group(0).spawn()?;
        Ok(Helper {
            child,
            reaped: false,
        })
    }

    /// Starts `command` as a helper that the kernel kills when this *thread*
    /// ends, in whatever way: call it in a thread that lives as long as the
    /// helper shall, such as the main thread.
    ///
    /// Only the helper itself is killed so, not its children, and not a
    /// program that the kernel runs with other rights than its caller's (set-
    /// user-ID, capabilities): see PR_SET_PDEATHSIG(2const).
    ///
    /// # Errors
    ///
    /// Those of [`Command::spawn`].
    pub fn start_tied(command: &mut Command) -> io::Result<Helper> {
        let parent = Pid::this();
        // SAFETY: the hook runs between fork and exec. It makes two system
        // calls, and neither allocates nor takes a lock, not even on failure.
        unsafe { command.pre_exec(move || tie_to(parent)) };
        Helper::start(command)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the helper has ended, kills what is left of its group, and
    /// answers how it ended. A helper that is stopped makes this last.
    ///
    /// # Errors
    ///
    /// The system has no descriptor left, or somebody else reaped the helper.
    pub fn wait(mut self) -> io::Result<ExitStatus> {
        self.has_ended(None)?;
        self.end()
    }

    /// Like [`wait`](Self::wait), for so long; `None` if the helper is still
    /// there then.
    ///
    /// # Errors
    ///
    /// As for [`wait`](Self::wait).
    pub fn wait_timeout(
        &mut self,
        limit: Duration,
    ) -> io::Result<Option<ExitStatus>> {
        match self.has_ended(Some(limit))? {
            true => self.end().map(Some),
            false => Ok(None),
        }
    }

    /// Waits for its end, at most so long, and does not reap it: as long as
    /// it is a zombie, no other process or group gets its number.
    fn has_ended(&self, limit: Option<Duration>) -> io::Result<bool> {
        if self.reaped {
            return Ok(true);
        }
        let pid = rustix::process::Pid::from_child(&self.child);
        let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
        let started = Instant::now();
        loop {
            let left = limit.map(|l| l.saturating_sub(started.elapsed()));
            let left = left.map(Timespec::try_from).transpose();
            let left = left.map_err(io::Error::other)?;
            let mut ended = [PollFd::new(&pidfd, PollFlags::IN)];
            match poll(&mut ended, left.as_ref()) {
                Ok(count) => return Ok(count > 0),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn end(&mut self) -> io::Result<ExitStatus> {
        if !self.reaped {
            let leader = i32::try_from(self.child.id());
            let leader = leader.expect("the kernel's numbers fit");
            // It fails if nobody in it may be signalled: all run as another
            // user. Then the wait below is for their own end.
            let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
        }
        let status = self.child.wait()?;
        self.reaped = true;
        Ok(status)
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Has the kernel kill this process when `parent` ends: to be called in a
/// child of it, before its work, with the id that the parent had at the fork.
/// What follows for threads and for children stands at
/// [`Helper::start_tied`].
///
/// # Errors
///
/// `parent` has ended already, before the kernel was asked, so that no signal
/// will come: the caller is to end by itself.
pub fn tie_to(parent: Pid) -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL)?;
    // In this order: a parent that ends after the question was too late to
    // be missed by the signal.
    if getppid() != parent {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Helper;
    use std::io::{self, Read};
    use std::process::Command;
    use std::time::Duration;

    /// A helper with a child of its own, and a pipe that both hold open.
    fn with_child() -> (Helper, io::PipeReader) {
        let (mut alive, held) = io::pipe().unwrap();
        let script = "sleep 1000 & echo; wait";
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(held);
        let helper = Helper::start(&mut command).unwrap();
        // The child is there.
        alive.read_exact(&mut [0]).unwrap();
        (helper, alive)
    }

    #[test]
    fn a_helper_takes_its_children_along() {
        let (helper, mut alive) = with_child();
        drop(helper);
        // It would last 1,000 s if one of them were left.
        assert_eq!(alive.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_helper_that_has_ended_takes_its_children_along() {
        let (helper, mut alive) = with_child();
        let pid = i32::try_from(helper.id()).unwrap();
        let pid = nix::unistd::Pid::from_raw(pid);
        nix::sys::signal::kill(pid, nix::sys::signal::SIGKILL).unwrap();
        let status = helper.wait().unwrap();
        assert_eq!(status.to_string(), "signal: 9 (SIGKILL)");
        assert_eq!(alive.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_wait_has_a_limit_and_the_status_stays() {
        let mut helper =
            Helper::start(Command::new("sh").args(["-c", "exit 3"])).unwrap();
        let limit = Duration::from_secs(10);
        for _ in 0..2 {
            let status = helper.wait_timeout(limit).unwrap();
            assert_eq!(status.and_then(|s| s.code()), Some(3));
        }
        let mut helper =
            Helper::start(Command::new("sleep").arg("1000")).unwrap();
        let limit = Duration::from_millis(1);
        assert_eq!(helper.wait_timeout(limit).unwrap(), None);
    }
}
