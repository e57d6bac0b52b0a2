//! What happens to a process at one of its steps, for the tests of what this
//! chapter builds.

use ch03_processes::fork::ForkedChild;
use nix::sys::signal::{Signal, raise};
use rustix::process::pidfd_send_signal;
use std::cell::Cell;
use std::env;
use std::num::ParseIntError;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::panic;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// SIGKILL: the out-of-memory killer, say.
    Kill,
    /// A panic, which unwinds.
    Panic,
    /// SIGSTOP, and after a while SIGCONT.
    Stop,
}

/// Nothing takes so long on a machine that works at all.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// A mishap that is to come.
#[derive(Debug)]
pub(crate) struct Armed<'a> {
    mishap: Mishap,
    /// The steps until then; 0 if it is over, or never comes.
    left: Cell<u32>,
    /// Where it says that it struck.
    struck: &'a AtomicU32,
}

impl<'a> Armed<'a> {
    /// At the `nth` step from now.
    pub(crate) fn new(mishap: Mishap, nth: u32, struck: &'a AtomicU32) -> Self {
        Armed {
            mishap,
            left: Cell::new(nth),
            struck,
        }
    }

    /// A step.
    pub(crate) fn step(&self) {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left != 1 {
            return;
        }
        self.struck.store(1, Relaxed);
        match self.mishap {
            Mishap::Kill => drop(raise(Signal::SIGKILL)),
            Mishap::Stop => drop(raise(Signal::SIGSTOP)),
            // Without the message on standard error.
            Mishap::Panic => panic::resume_unwind(Box::new(())),
        }
    }
}

/// FAULTS and SEED, the words of the command line: 20 and 5 if they are not
/// given.
///
/// # Errors
///
/// One of them is no number.
pub fn faults_and_seed() -> Result<(u64, u64), ParseIntError> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;
    Ok((faults, seed))
}

/// Runs the `plans`, which have no end, until so many victims came to their
/// step, and answers how many did.
///
/// # Errors
///
/// That of the first run that fails.
pub fn strike<P>(
    faults: u64,
    plans: impl Iterator<Item = P>,
    mut run: impl FnMut(P) -> Result<bool, String>,
) -> Result<u64, String> {
    let mut struck = 0;
    for plan in plans {
        if struck == faults {
            break;
        }
        struck += u64::from(run(plan)?);
    }
    Ok(struck)
}

/// Waits until all have ended, and lets one that is stopped go on.
///
/// # Errors
///
/// One of them does not end.
pub(crate) fn all_ended(
    children: &mut [ForkedChild],
) -> Result<Vec<ExitStatus>, String> {
    let deadline = Instant::now() + LIMIT;
    let mut ends = Vec::new();
    for i in 0..children.len() {
        let end = loop {
            let soon = Duration::from_millis(5);
            let end = children[i].wait_timeout(soon);
            if let Some(end) = end.map_err(text)? {
                break end;
            }
            for child in &*children {
                if child.stopped().map_err(text)?.is_some() {
                    let signal = rustix::process::Signal::CONT;
                    let _ = pidfd_send_signal(child.as_fd(), signal);
                }
            }
            if Instant::now() > deadline {
                return Err(format!("process {i} waits for ever"));
            }
        };
        ends.push(end);
    }
    Ok(ends)
}

/// Did it end by the mishap?
pub(crate) fn ended_by(mishap: Mishap, end: ExitStatus) -> bool {
    match mishap {
        Mishap::Kill => end.signal() == Some(libc::SIGKILL),
        Mishap::Panic => end.code() == Some(101),
        Mishap::Stop => end.success(),
    }
}

pub(crate) fn text(error: impl ToString) -> String {
    error.to_string()
}
