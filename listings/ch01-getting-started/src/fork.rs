//! A child process that runs a closure: fork(2), made safe to call.
//!
//! Python has it as `multiprocessing.get_context("fork").Process`.

use nix::errno::Errno;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

/// A running child process. Dropping it waits for the child's end, so that no
/// zombie stays; a child that never ends makes that wait last for ever.
#[derive(Debug)]
pub struct ForkedChild {
    pid: Option<Pid>,
}

impl ForkedChild {
    /// Forks, and runs `body` in the child, which ends with the exit status
    /// that `body` returns, or with 101 if it panics. In the parent `body` is
    /// dropped, and with it all that it owns: the child's ends of pipes, say.
    ///
    /// The child has copies of everything; nothing that it changes is seen
    /// in the parent.
    ///
    /// # Errors
    ///
    /// This process has more than one thread. The child would have copies of
    /// the locks that the others hold, and nobody to release them: see
    /// fork(2) and signal-safety(7). Or the system refuses another process.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch01_getting_started::fork::ForkedChild;
    ///
    /// let child = ForkedChild::start(|| 7)?;
    /// assert_eq!(child.wait()?.code(), Some(7));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(body: impl FnOnce() -> i32) -> io::Result<ForkedChild> {
        let threads = fs::read_dir("/proc/self/task")?.count();
        if threads != 1 {
            return Err(io::Error::other(format!(
                "fork in a process with {threads} threads: fork before the \
                 first thread starts"
            )));
        }
        // Else the child would print what the parent has buffered once more.
        io::stdout().flush()?;
        // SAFETY: there is one thread, this one, so no lock is held and no
        // structure is half changed by a thread that the child lacks.
        match unsafe { fork() }? {
            ForkResult::Parent { child } => {
                Ok(ForkedChild { pid: Some(child) })
            }
            ForkResult::Child => {
                let status = catch_unwind(AssertUnwindSafe(body));
                let _ = io::stdout().flush();
                // SAFETY: `_exit` is async-signal-safe. It leaves out the
                // destructors and exit handlers, which are the parent's.
                unsafe { libc::_exit(status.unwrap_or(101)) }
            }
        }
    }

    /// Waits for the child's end and answers how it ended.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped the child.
    pub fn wait(mut self) -> io::Result<ExitStatus> {
        let pid = self.pid.take().expect("only `wait` takes it");
        reap(pid)
    }
}

impl Drop for ForkedChild {
    fn drop(&mut self) {
        if let Some(pid) = self.pid {
            let _ = reap(pid);
        }
    }
}

fn reap(pid: Pid) -> io::Result<ExitStatus> {
    loop {
        match waitpid(pid, None) {
            // The kernel's encoding, see wait(2).
            Ok(WaitStatus::Exited(_, code)) => {
                return Ok(ExitStatus::from_raw(code << 8));
            }
            Ok(WaitStatus::Signaled(_, signal, _)) => {
                return Ok(ExitStatus::from_raw(signal as i32));
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
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
