//! A child process that runs a closure: fork(2), made safe to call.
//!
//! Python has it as `multiprocessing.get_context("fork").Process`.

use nix::unistd::{ForkResult, Pid, fork};
use std::fs;
use std::io::{self, Write};
use std::mem;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

/// A running child process. Dropping it waits for the child's end, so that no
/// zombie stays. A child that never ends makes that wait last for ever; so
/// does one that is blocked on a full pipe, if `?` leaves before the pipe is
/// read to its end.
#[derive(Debug)]
pub struct ForkedChild {
    pid: Option<Pid>,
}

impl ForkedChild {
    /// Forks, and runs `body` in the child, which ends with the low 8 bits of
    /// what `body` returns as its exit status, or with 101 if it panics. In
    /// the parent `body` is dropped, and with it all that it owns: the
    /// child's ends of pipes, say.
    ///
    /// The child has copies of everything; nothing that it changes is seen
    /// in the parent.
    ///
    /// # Errors
    ///
    /// This process has more than one thread. The child would have copies of
    /// the locks that the others hold, and nobody to release them: see
    /// fork(2) and signal-safety(7). Or `/proc` cannot be read, what is
    /// buffered for standard output cannot be written, or the system refuses
    /// another process.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch01_getting_started::fork::ForkedChild;
    ///
    /// let child = ForkedChild::start(|| 7)?;
    /// assert_eq!(child.wait()?.code(), Some(7));
    ///
    /// let child = ForkedChild::start(|| panic!("of the child alone"))?;
    /// assert_eq!(child.wait()?.code(), Some(101));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(body: impl FnOnce() -> i32) -> io::Result<ForkedChild> {
        let threads = settled_threads()?;
        if threads != 1 {
            return Err(io::Error::other(format!(
                "fork in a process with {threads} threads: fork before the \
                 first thread starts"
            )));
        }
        // Else the child would print what the parent has buffered once more.
        io::stdout().flush()?;
        // SAFETY: there is one thread, this one, and only it could start
        // another between the count and here. So no lock is held and no
        // structure is half changed by a thread that the child lacks.
        match unsafe { fork() }? {
            ForkResult::Parent { child } => {
                Ok(ForkedChild { pid: Some(child) })
            }
            ForkResult::Child => {
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

fn reap(pid: Pid) -> io::Result<ExitStatus> {
    let mut status = 0;
    loop {
        // SAFETY: `status` is a place for the answer. nix's `waitpid` has
        // no answer for a child that a real-time signal ended.
        if unsafe { libc::waitpid(pid.as_raw(), &raw mut status, 0) } != -1 {
            return Ok(ExitStatus::from_raw(status));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
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
