//! Kills, stops and unwinds members of a [`Barrier`] at their steps, on
//! purpose: the tests of the barrier between processes, as functions that a
//! program calls, since a test runner has threads and may not fork.

use crate::barrier::{Barrier, BarrierError, Member, Why};
use crate::mishap::{Armed, LIMIT, Mishap, all_ended, ended_by, text};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// A plan: what happens to which member, and at which of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    victim: usize,
    /// 1 is before it joins.
    nth: u32,
}

const MEMBERS: usize = 3;
const ROUNDS: u32 = 20;
/// Their exit statuses.
const DONE: i32 = 0;
const TOLD: i32 = 2;
const WRONG: i32 = 3;

/// One barrier, which breaks with each plan and is made whole again.
#[derive(Debug)]
pub struct Site {
    barrier: Shared<Barrier<MEMBERS>>,
    struck: Shared<AtomicU32>,
}

impl Site {
    /// A barrier that nobody has joined.
    ///
    /// # Errors
    ///
    /// The system has no memory left.
    pub fn new() -> std::io::Result<Site> {
        Ok(Site {
            barrier: Shared::new()?,
            struck: Shared::new()?,
        })
    }
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| Plan {
            mishap,
            victim: i % MEMBERS,
            nth: random.u32(1..=2 * ROUNDS),
        })
    }

    /// Runs it, and answers whether the victim came to its step.
    ///
    /// # Errors
    ///
    /// What was not as the barrier promises.
    pub fn run(self, site: &Site) -> Result<bool, String> {
        self.try_run(site)
            .map_err(|error| format!("{self:?}: {error}"))
    }

    fn try_run(self, site: &Site) -> Result<bool, String> {
        site.struck.store(0, Relaxed);
        let mut children = Vec::new();
        for i in 0..MEMBERS {
            let child = ForkedChild::start(|| self.take_part(site, i));
            children.push(child.map_err(text)?);
        }
        for (i, child) in children.iter().enumerate() {
            let peer = Peer::of(child.pid() as u32).map_err(text)?;
            site.barrier.expect(i, peer).map_err(text)?;
        }
        let ends = all_ended(&mut children)?;
        let struck = site.struck.load(Relaxed) == 1;
        for (i, end) in ends.into_iter().enumerate() {
            let fine = match end.code() {
                _ if struck && i == self.victim => ended_by(self.mishap, end),
                Some(TOLD) => struck && self.mishap != Mishap::Stop,
                Some(DONE) => true,
                _ => false,
            };
            if !fine {
                return Err(format!("member {i}: {end}"));
            }
        }
        // The place of a dead member is free again.
        site.barrier.reset().map_err(text)?;
        Ok(struck)
    }

    fn take_part(self, site: &Site, i: usize) -> i32 {
        let nth = if i == self.victim { self.nth } else { 0 };
        let armed = Armed::new(self.mishap, nth, &site.struck);
        armed.step();
        let end = site.barrier.join(i).and_then(|mut member| {
            // So that the tests are done soon.
            member.look = Duration::from_millis(1);
            meet(&mut member, &armed)
        });
        let why = match self.mishap {
            // It had not joined, and so did not unwind a `Member`.
            Mishap::Panic if self.nth > 1 => Why::Panicked,
            _ => Why::Died,
        };
        match end {
            Ok(()) => DONE,
            Err(BarrierError::Broken(found, Some(by)))
                if found == why && by == self.victim =>
            {
                TOLD
            }
            Err(_) => WRONG,
        }
    }
}

fn meet(
    member: &mut Member<'_, MEMBERS>,
    armed: &Armed<'_>,
) -> Result<(), BarrierError> {
    for _ in 0..ROUNDS {
        let deadline = Instant::now().checked_add(LIMIT);
        member.wait_stepping(deadline, |_| armed.step())?;
    }
    Ok(())
}
