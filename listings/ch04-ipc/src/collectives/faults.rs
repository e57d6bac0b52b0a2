//! Ends or stops a rank at every step, on purpose: the tests of this module,
//! as functions that a program calls, since a test runner has threads and may
//! not fork.

use super::{Group, Rank, RankEnd, RankError};
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::process;
use std::time::{Duration, Instant};

/// So many different calls are made, one after the other.
const CALLS: u32 = 7;

/// What a rank says that got a wrong message.
const WRONG: &str = "wrong";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Kill,
    Stop,
    Exit,
    Panic,
    /// It leaves out what the others do.
    Skip,
}

/// What shall happen to a rank, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strike {
    fault: Fault,
    /// So many times it may still look whether something can be sent or
    /// received.
    left: u32,
}

/// Called at each step of a call.
pub(super) fn strike_if_planned(strike: &mut Option<Strike>) {
    let Some(planned) = strike else { return };
    if planned.left > 0 {
        planned.left -= 1;
        return;
    }
    let fault = planned.fault;
    *strike = None;
    match fault {
        Fault::Kill => drop(raise(Signal::SIGKILL)),
        Fault::Stop => drop(raise(Signal::SIGSTOP)),
        Fault::Exit => process::exit(3),
        // Without a word on standard error.
        Fault::Panic => std::panic::resume_unwind(Box::new("struck")),
        Fault::Skip => {}
    }
}

/// A plan: what happens to whom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    fault: Fault,
    size: usize,
    victim: usize,
    step: u32,
    /// How much a message carries: with the largest, nobody can send all of
    /// it before another reads.
    bytes: usize,
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64) -> impl Iterator<Item = Plan> {
        const FAULTS: [Fault; 5] = [
            Fault::Kill,
            Fault::Stop,
            Fault::Exit,
            Fault::Panic,
            Fault::Skip,
        ];
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i: usize| {
            let size = random.usize(2..6);
            Plan {
                fault: FAULTS[i % 5],
                size,
                victim: random.usize(..size),
                // Each of the calls below is a step at least.
                step: random.u32(..CALLS),
                bytes: [1, 1_000, 300_000][random.usize(..3)],
            }
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// A rank was not told, or not in time, or a result is wrong.
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let mut group = Group::start(self.size, |rank| self.work(rank))?;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let soon = Instant::now() + Duration::from_millis(20);
            group.collect_some(Some(soon))?;
            let mut open = group.members.iter().filter(|m| m.end.is_none());
            match (open.next(), open.next()) {
                (None, _) => break,
                // The last one is the one that stopped.
                (Some(last), None) if last.child.stopped()?.is_some() => {
                    last.child.kill()?;
                }
                _ if Instant::now() > deadline => {
                    return Err(format!("{self:?}: not told in time").into());
                }
                _ => {}
            }
        }
        let ends: Vec<_> = group.collect(Some(deadline))?;
        for (rank, end) in ends.iter().enumerate() {
            let right = match end {
                Err(RankEnd::Died(status)) => {
                    let how = status.to_string();
                    let expected = match self.fault {
                        Fault::Kill | Fault::Stop => "signal: 9 (SIGKILL)",
                        Fault::Exit => "exit status: 3",
                        Fault::Panic => "exit status: 101",
                        Fault::Skip => "",
                    };
                    rank == self.victim && how == expected
                }
                Err(RankEnd::Failed(_))
                    if rank == self.victim
                        && !matches!(self.fault, Fault::Stop | Fault::Skip) =>
                {
                    false
                }
                Err(RankEnd::Failed(error)) => match error {
                    RankError::PeerDied(_) => true,
                    RankError::TimedOut(_) | RankError::OutOfStep(_) => {
                        matches!(self.fault, Fault::Stop | Fault::Skip)
                    }
                    // A message of another call, and of another type.
                    RankError::Unreadable(_, why) => {
                        self.fault == Fault::Skip && why != WRONG
                    }
                    _ => false,
                },
                Err(RankEnd::TimedOut) => false,
                // It would go on for ever.
                Ok(()) => false,
            };
            if !right {
                return Err(format!("{self:?}: rank {rank}: {end:?}").into());
            }
        }
        Ok(())
    }

    /// What each rank does: every collective, again and again, until it is
    /// told of the victim's end.
    fn work(self, rank: &mut Rank) -> Result<(), RankError> {
        let struck = rank.id() == self.victim;
        match self.fault {
            Fault::Stop | Fault::Skip => {
                rank.set_patience(Some(Duration::from_millis(100)));
            }
            _ => {}
        }
        if struck && self.fault != Fault::Skip {
            rank.strike = Some(Strike {
                fault: self.fault,
                left: self.step,
            });
        }
        for call in 0.. {
            if struck && self.fault == Fault::Skip && call == self.step {
                continue;
            }
            self.call(rank, call)?;
        }
        Ok(())
    }

    fn call(self, rank: &mut Rank, call: u32) -> Result<(), RankError> {
        let (id, size) = (rank.id(), rank.size());
        // No two calls in a row send the same: who gets another call's, sees
        // it.
        let load = |n: usize| vec![(n as u32 + call) as u8; self.bytes];
        let all: Vec<_> = (0..size).map(load).collect();
        let root = call as usize % size;
        let right = match call % CALLS {
            0 => rank.broadcast(root, load(root))? == load(root),
            1 => rank.scatter(root, all)? == load(id),
            2 => rank.gather(root, load(id))?.is_none_or(|got| got == all),
            3 => rank.all_to_all(vec![load(id); size])? == all,
            4 => rank.all_reduce(id, |a, b| a + b)? == size * (size - 1) / 2,
            // Twice, so that who skips the first one exchanges all the same.
            _ => {
                let with = (0..size).filter(|other| *other != id);
                let got = rank.exchange(
                    call.into(),
                    with.clone().map(|r| (r, load(id))).collect(),
                )?;
                got == with.map(load).collect::<Vec<_>>()
            }
        };
        match right {
            true => Ok(()),
            false => Err(RankError::Unreadable(id, WRONG.into())),
        }
    }
}
