//! Kills and stops either side of a ring at every step, on purpose: the tests
//! of the ring between processes, as functions that a program calls, since a
//! test runner has threads and may not fork.
//!
//! Each function answers what was not as promised, if anything.

use super::protocol::{Ends, Place, Receiver, Sender, Slot, Step};
use super::{Error, Ring, channel, in_child};
use crate::barrier::Barrier;
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{
    SaFlags, SigAction, SigHandler, SigSet, Signal, raise, sigaction,
};
use rustix::process::pidfd_send_signal;
use std::cell::Cell;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::ptr::null_mut;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// What happens to a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL: the out-of-memory killer, say.
    Kill,
    /// SIGSTOP, and after a while SIGCONT.
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Sender,
    Receiver,
}

/// A plan: what happens to which side, and at which of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    fault: Fault,
    victim: Victim,
    /// Its n-th step, from 1. It may come to its end before.
    step: u32,
    capacity: usize,
    /// So many messages are sent, or taken, at once.
    batch: usize,
}

/// The messages that a victim sends, or takes, unless it is killed.
const MESSAGES: u64 = 60;
/// No wait takes so long on a machine that works at all.
const LIMIT: Duration = Duration::from_secs(10);
/// After this time of waiting one looks whether the other side is stopped.
const WHILE: Duration = Duration::from_millis(5);

type Number = [u64; 3];

fn message(n: u64) -> Number {
    [n, !n, n.rotate_left(32)]
}

impl Plan {
    /// The plans that follow from `seed`, with this fault. The same seed gives
    /// the same ones.
    pub fn from_seed(seed: u64, fault: Fault) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| Plan {
            fault,
            victim: [Victim::Sender, Victim::Receiver][i % 2],
            step: random.u32(1..=120),
            capacity: random.usize(1..=20),
            batch: random.usize(1..=5),
        })
    }

    /// Runs it. Did the fault strike? The victim may have come to its end
    /// before the step.
    ///
    /// # Errors
    ///
    /// What was not as the ring promises.
    pub fn run(self) -> Result<bool, String> {
        let run = match self.victim {
            Victim::Sender => self.strike_sender(),
            Victim::Receiver => self.strike_receiver(),
        };
        run.map_err(|error| format!("{self:?}: {error}"))
    }

    fn strike_sender(self) -> Result<bool, String> {
        let sent = Shared::<AtomicU64>::new().map_err(text)?;
        let (ring, share) = Ring::new(self.capacity).map_err(text)?;
        let barrier = Barrier::choose();
        let sender = Sender::new(Armed::new(ring.clone(), self), barrier);
        let ring = Armed::unharmed(ring, self);
        let mut receiver = Receiver::new(ring, barrier, share);
        let mut child = in_child(sender, |mut sender| {
            let mut n = 0;
            while n < MESSAGES {
                let end = MESSAGES.min(n + self.batch as u64);
                let batch: Vec<Number> = (n..end).map(message).collect();
                match sender.send_batch_timeout(&batch, LIMIT) {
                    Ok(some) => n += some as u64,
                    Err(_) => return 1,
                }
                sent.store(n, Relaxed);
            }
            0
        })
        .map_err(text)?;

        let mut waiting = Waiting::new(self.fault);
        let mut got = 0;
        let end = loop {
            let mut batch = [[0; 3]; 4];
            match receiver.recv_batch_timeout(&mut batch, WHILE) {
                Ok(0) => break Ok(()),
                Ok(some) => {
                    for number in &batch[..some] {
                        if *number != message(got) {
                            return Err(format!("{number:?} is not {got}"));
                        }
                        got += 1;
                    }
                }
                Err(Error::TimedOut) => waiting.go_on(&child)?,
                Err(error) => break Err(error),
            }
        };
        let killed = waiting.until_ended(&mut child)?;
        let sent = sent.load(Relaxed);
        match end {
            Ok(()) if got == MESSAGES => Ok(waiting.struck || killed),
            Err(Error::PeerDied)
                if killed
                    && (sent..=sent + self.batch as u64).contains(&got) =>
            {
                Ok(true)
            }
            end => Err(format!("{end:?}: {got} came of {sent}")),
        }
    }

    fn strike_receiver(self) -> Result<bool, String> {
        let taken = Shared::<AtomicU64>::new().map_err(text)?;
        let (ring, share) = Ring::new(self.capacity).map_err(text)?;
        let slots = ring.slots as u64;
        let barrier = Barrier::choose();
        let unharmed = Armed::unharmed(ring.clone(), self);
        let mut sender = Sender::new(unharmed, barrier);
        let armed = Armed::new(ring, self);
        let receiver = Receiver::new(armed, barrier, share);
        let mut child = in_child(receiver, |mut receiver| {
            let mut batch = vec![[0; 3]; self.batch];
            let mut n = 0;
            while n < MESSAGES {
                let some = match receiver.recv_batch_timeout(&mut batch, LIMIT)
                {
                    Ok(some) => some,
                    Err(_) => return 1,
                };
                for number in &batch[..some] {
                    if *number != message(n) {
                        return 2;
                    }
                    n += 1;
                }
                taken.store(n, Relaxed);
            }
            0
        })
        .map_err(text)?;

        let mut waiting = Waiting::new(self.fault);
        let mut sent = 0;
        let end = loop {
            let batch = [message(sent), message(sent + 1)];
            match sender.send_batch_timeout(&batch, WHILE) {
                Ok(some) => sent += some as u64,
                Err(Error::TimedOut) => waiting.go_on(&child)?,
                Err(error) => break error,
            }
        };
        let killed = waiting.until_ended(&mut child)?;
        let taken = taken.load(Relaxed);
        let room = taken + self.batch as u64 + slots;
        match end {
            Error::Closed if taken >= MESSAGES => Ok(waiting.struck || killed),
            Error::PeerDied if killed && sent <= room => Ok(true),
            end => Err(format!("{end:?}: {sent} sent, {taken} taken")),
        }
    }
}

/// A ring of which one side is struck at a step.
#[derive(Debug)]
struct Armed {
    ring: Ring<Number>,
    /// The steps that are left until then; 0 if it is over.
    left: Cell<u32>,
    fault: Fault,
}

impl Armed {
    fn new(ring: Ring<Number>, plan: Plan) -> Armed {
        Armed {
            ring,
            left: Cell::new(plan.step),
            fault: plan.fault,
        }
    }

    /// For the side that is not struck.
    fn unharmed(ring: Ring<Number>, plan: Plan) -> Armed {
        let armed = Armed::new(ring, plan);
        armed.left.set(0);
        armed
    }
}

// SAFETY: it is the ring.
unsafe impl Place<Number> for Armed {
    fn ends(&self) -> &Ends {
        self.ring.ends()
    }

    fn slots(&self) -> &[Slot<Number>] {
        self.ring.slots()
    }

    fn step(&self, _: Step) {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 1 {
            let signal = match self.fault {
                Fault::Kill => Signal::SIGKILL,
                Fault::Stop => Signal::SIGSTOP,
            };
            raise(signal).expect("a process may signal itself");
        }
    }

    /// So that the tests are done soon.
    fn look(&self) -> Duration {
        Duration::from_millis(1)
    }
}

/// What the other side does while the victim lets it wait.
struct Waiting {
    fault: Fault,
    since: Instant,
    /// It was stopped, and goes on.
    struck: bool,
}

impl Waiting {
    fn new(fault: Fault) -> Waiting {
        Waiting {
            fault,
            since: Instant::now(),
            struck: false,
        }
    }

    /// The time was up: has a stopped victim go on.
    fn go_on(&mut self, child: &ForkedChild) -> Result<(), String> {
        if self.fault == Fault::Stop && child.stopped().map_err(text)?.is_some()
        {
            let signal = rustix::process::Signal::CONT;
            pidfd_send_signal(child.as_fd(), signal).map_err(text)?;
            self.struck = true;
        }
        match self.since.elapsed() > LIMIT {
            true => Err("it waits for nothing".into()),
            false => Ok(()),
        }
    }

    /// Was it killed?
    fn until_ended(&mut self, child: &mut ForkedChild) -> Result<bool, String> {
        loop {
            match child.wait_timeout(WHILE).map_err(text)? {
                Some(status) if status.success() => return Ok(false),
                Some(status) if status.signal() == Some(libc::SIGKILL) => {
                    return Ok(true);
                }
                Some(status) => return Err(format!("the victim: {status}")),
                None => self.go_on(child)?,
            }
        }
    }
}

/// Runs plans that follow from `seed`, until the fault has struck so many
/// times. Not each plan strikes, but most do.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn strike(seed: u64, fault: Fault, times: u64) -> Result<(), String> {
    let mut struck = 0;
    for plan in Plan::from_seed(seed, fault).take(20 * times as usize) {
        if struck == times {
            break;
        }
        struck += u64::from(plan.run()?);
    }

    match struck == times {
        true => Ok(()),
        false => Err(format!("{struck} of {times} struck")),
    }
}

/// A process that dies before it comes to use its end.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn died_unused() -> Result<(), String> {
    let (sender, mut receiver) = channel::<u64>(4).map_err(text)?;
    let _child = dead_sender(sender)?;
    match receiver.recv_timeout(LIMIT) {
        Err(Error::PeerDied) => Ok(()),
        end => Err(format!("an unused end: {end:?}")),
    }
}

/// A process that dies while the other side is interrupted by signals, more
/// often than it would look on its own.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn died_amid_signals() -> Result<(), String> {
    extern "C" fn ignore(_: i32) {}
    let handler = SigHandler::Handler(ignore);
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing.
    let before = unsafe { sigaction(Signal::SIGALRM, &action) };
    let before = before.map_err(text)?;
    let (sender, receiver) = channel::<u64>(4).map_err(text)?;
    let died = dead_sender(sender).and_then(|_child| {
        every(Duration::from_millis(20))?;
        let (since, mut receiver) = (Instant::now(), receiver);
        let end = receiver.recv_timeout(LIMIT);
        every(Duration::ZERO)?;
        match end {
            Err(Error::PeerDied) if since.elapsed() < LIMIT / 2 => Ok(()),
            end => Err(format!("amid signals: {end:?}")),
        }
    });
    // SAFETY: as it was.
    unsafe { sigaction(Signal::SIGALRM, &before) }.map_err(text)?;
    died
}

/// Sends SIGALRM to this process again and again; for ZERO, no more.
fn every(time: Duration) -> Result<(), String> {
    let time = libc::timeval {
        tv_sec: 0,
        tv_usec: time.subsec_micros().into(),
    };
    let timer = libc::itimerval {
        it_interval: time,
        it_value: time,
    };
    // SAFETY: it reads `timer`, and writes nothing.
    match unsafe { libc::setitimer(libc::ITIMER_REAL, &timer, null_mut()) } {
        0 => Ok(()),
        _ => Err(text(io::Error::last_os_error())),
    }
}

/// A process that dies while the other side may open no file, not even the
/// one that tells of the death.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn died_amid_shortage() -> Result<(), String> {
    let (sender, mut receiver) = channel::<u64>(4).map_err(text)?;
    let _child = dead_sender(sender)?;
    let files = Resource::RLIMIT_NOFILE;
    let (soft, hard) = getrlimit(files).map_err(text)?;
    setrlimit(files, 0, hard).map_err(text)?;
    let end = receiver.recv_timeout(LIMIT / 5);
    setrlimit(files, soft, hard).map_err(text)?;
    match end {
        Err(Error::PeerDied) => Ok(()),
        end => Err(format!("without a file: {end:?}")),
    }
}

/// A process that dies while the other side does not sleep, and looks again
/// and again by itself.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn died_polled() -> Result<(), String> {
    let (sender, mut receiver) = channel::<u64>(4).map_err(text)?;
    let _child = dead_sender(sender)?;
    let since = Instant::now();
    while since.elapsed() < LIMIT {
        match receiver.recv_timeout(Duration::ZERO) {
            Err(Error::TimedOut) => {}
            Err(Error::PeerDied) => return Ok(()),
            end => return Err(format!("polled: {end:?}")),
        }
    }
    Err("polled: nothing".into())
}

/// A child that is killed before it comes to use its end.
fn dead_sender(sender: super::Sender<u64>) -> Result<ForkedChild, String> {
    in_child(sender, |sender| {
        let _ = raise(Signal::SIGKILL);
        drop(sender);
        0
    })
    .map_err(text)
}

/// An end that nobody has used is closed by the process that made it, also
/// when that has forked the other side, and something else.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn closed_unused() -> Result<(), String> {
    let told = |child: io::Result<ForkedChild>| match child
        .and_then(|mut child| child.wait())
        .map_err(text)?
    {
        status if status.success() => Ok(()),
        status => Err(format!("an end closed unused: {status}")),
    };
    let (sender, receiver) = channel::<u64>(4).map_err(text)?;
    let child = in_child(receiver, |mut receiver| {
        i32::from(receiver.recv_timeout(LIMIT) != Ok(None))
    });
    told(ForkedChild::start(|| 0))?;
    drop(sender);
    told(child)?;

    let (sender, receiver) = channel::<u64>(4).map_err(text)?;
    let child = in_child(sender, |mut sender| {
        let end = (0..).find_map(|n| sender.send_timeout(n, LIMIT).err());
        i32::from(end != Some(Error::Closed))
    });
    drop(receiver);
    told(child)
}

/// A copy of an end, made by a fork, is refused, and closes nothing.
///
/// # Errors
///
/// What was not as the ring promises.
pub fn copy_refused() -> Result<(), String> {
    let (mut sender, mut receiver) = channel::<u64>(4).map_err(text)?;
    sender.send(1).map_err(text)?;
    let mut copy = Some(sender);
    let child = ForkedChild::start(|| {
        let mut sender = copy.take().expect("it is copied");
        let refused = sender.send(2) == Err(Error::NotYours);
        drop(sender);
        i32::from(!refused)
    });
    let status = child.and_then(|mut child| child.wait()).map_err(text)?;
    if !status.success() {
        return Err("a copy was not refused".into());
    }
    let mut sender = copy.expect("this is the original");
    sender.send(3).map_err(text)?;
    drop(sender);
    let mut got = || receiver.recv_timeout(LIMIT).map_err(text);
    match [got()?, got()?, got()?] {
        [Some(1), Some(3), None] => Ok(()),
        messages => Err(format!("beside a copy came {messages:?}")),
    }
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
