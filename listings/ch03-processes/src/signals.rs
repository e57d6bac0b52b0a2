//! Signals that are read like data instead of interrupting: signalfd(2).

use crate::pidfd::{after, ready};
use nix::sys::signal::{
    SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction,
};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::io::ioctl_fionread;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Some signals, blocked in this process and kept for whoever asks. They stay
/// blocked when it is dropped: what came in between would end the process.
#[derive(Debug)]
pub struct Signals {
    descriptor: SignalFd,
}

impl Signals {
    /// Blocks `signals` from here on, in all threads to come.
    ///
    /// A process that is started or forked later inherits the blocked
    /// signals, and would never see them: in the child,
    /// [`WatchedChild`](crate::pidfd::WatchedChild) and
    /// [`ForkedChild`](crate::fork::ForkedChild) unblock all. A forked child
    /// that shall read signals calls this itself.
    ///
    /// # Errors
    ///
    /// The process has other threads already. They do not block the signals,
    /// and one of them would take them. Or no descriptor is left.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::signals::Signals;
    /// use nix::sys::signal::{Signal, raise};
    /// use std::time::Duration;
    ///
    /// let signals = Signals::block(&[Signal::SIGTERM])?;
    /// raise(Signal::SIGTERM)?;
    /// let seen = signals.wait_timeout(Duration::from_secs(10))?;
    /// assert_eq!(seen, Some(Signal::SIGTERM));
    /// # std::io::Result::Ok(())
    /// ```
    // ANCHOR: block
    pub fn block(signals: &[Signal]) -> io::Result<Signals> {
        let threads = fs::read_dir("/proc/self/task")?.count();
        if threads != 1 {
            return Err(io::Error::other(format!(
                "{threads} threads: block signals before the first one starts"
            )));
        }
        let mut mask = SigSet::empty();
        mask.extend(signals.iter().copied());
        mask.thread_block()?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let descriptor = SignalFd::with_flags(&mask, flags)?;
        Ok(Signals { descriptor })
    }

    /// The next signal, if one comes in time.
    ///
    /// # Errors
    ///
    /// The kernel lacks memory.
    pub fn wait_timeout(&self, time: Duration) -> io::Result<Option<Signal>> {
        ready(&[self.as_fd()], after(time))?;
        let Some(seen) = self.descriptor.read_signal()? else {
            return Ok(None);
        };
        let number = seen.ssi_signo.cast_signed();
        Ok(Some(Signal::try_from(number)?))
    }
    // ANCHOR_END: block
}

impl AsFd for Signals {
    /// Readable when a signal has come.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// How often the handler of [`interrupt_by`] has run.
static HANDLED: AtomicU32 = AtomicU32::new(0);

/// Lets `signal` run a handler that only counts. It is installed without
/// SA_RESTART, so that a system call that it interrupts fails with EINTR.
///
/// # Errors
///
/// The signal cannot be caught.
pub fn interrupt_by(signal: Signal) -> io::Result<()> {
    extern "C" fn count(_: libc::c_int) {
        HANDLED.fetch_add(1, Relaxed);
    }
    let action = SigAction::new(
        SigHandler::Handler(count),
        SaFlags::empty(),
        SigSet::empty(),
    );
    // SAFETY: adding to an atomic is async-signal-safe. The handler that was
    // there is not put back.
    unsafe { sigaction(signal, &action) }?;
    Ok(())
}

/// Lets `signal` do what it does in a process without handlers, as SIGBUS
/// ends it. std has a handler for SIGBUS and SIGSEGV, which tells of a stack
/// that has overflowed; checkers have theirs.
///
/// # Errors
///
/// The signal cannot be caught.
pub fn restore_default(signal: Signal) -> io::Result<()> {
    let action =
        SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: no code of ours runs then.
    unsafe { sigaction(signal, &action) }?;
    Ok(())
}

/// Waits until the main thread has emptied `pipe`, given by its write end, and
/// sleeps in read(2); then sends it `signal`, and waits for the handler of
/// [`interrupt_by`]. To be called in the only other thread, so that nobody
/// writes in between.
///
/// # Errors
///
/// `TimedOut`: it has not slept there for ten seconds.
pub fn interrupt_reader(pipe: impl AsFd, signal: Signal) -> io::Result<()> {
    // So that the kernel has only the main thread to choose.
    let mut mask = SigSet::empty();
    mask.add(signal);
    mask.thread_block()?;
    let file = format!("/proc/self/task/{}/syscall", process::id());
    let asleep = format!("{} ", libc::SYS_read);
    let deadline = Instant::now() + Duration::from_secs(10);
    // In this order: one that is being woken by the last write may still be
    // shown as asleep, but then the pipe is not empty.
    while ioctl_fionread(&pipe)? > 0
        || !fs::read_to_string(&file)?.starts_with(&asleep)
    {
        if Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::yield_now();
    }
    let handled = HANDLED.load(Relaxed);
    nix::sys::signal::kill(nix::unistd::Pid::this(), signal)?;
    // A write before it runs would let the read succeed after all.
    while HANDLED.load(Relaxed) == handled {
        if Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::yield_now();
    }
    Ok(())
}
