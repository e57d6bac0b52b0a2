//! Kills, stops and unwinds a [`Candidate`] at its steps, on purpose: the
//! tests of the lead between processes, as functions that a program calls,
//! since a test runner has threads and may not fork.

use crate::fenced::Fenced;
use crate::leader::Candidate;
use crate::mishap::{Armed, LIMIT, Mishap, all_ended, ended_by, text};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Instant;

/// A plan: what happens to which candidate, and at which of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    victim: usize,
    nth: u32,
}

const CANDIDATES: usize = 3;
const TERMS: u32 = 4;

shareable! {
    struct Board {
        /// How many terms were used.
        booked: Fenced,
        /// How many lead.
        leaders: AtomicU32,
        struck: AtomicU32,
    }
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| Plan {
            mishap,
            victim: i % CANDIDATES,
            nth: random.u32(1..=2 * TERMS),
        })
    }

    /// Runs it, and answers whether the victim came to its step.
    ///
    /// # Errors
    ///
    /// What was not as the lead promises.
    pub fn run(self) -> Result<bool, String> {
        self.try_run().map_err(|error| format!("{self:?}: {error}"))
    }

    fn try_run(self) -> Result<bool, String> {
        let dir = tempfile::tempdir().map_err(text)?;
        let path = dir.path().join("leader");
        use_copies(&dir.path().join("copied"))?;
        let board = Shared::<Board>::new().map_err(text)?;
        let mut children = Vec::new();
        for i in 0..CANDIDATES {
            let child = ForkedChild::start(|| {
                i32::from(self.take_part(&board, &path, i).is_err())
            });
            children.push(child.map_err(text)?);
        }
        let ends = all_ended(&mut children)?;
        let struck = board.struck.load(Relaxed) == 1;
        for (i, end) in ends.into_iter().enumerate() {
            let fine = match struck && i == self.victim {
                true => ended_by(self.mishap, end),
                false => end.success(),
            };
            if !fine {
                return Err(format!("candidate {i}: {end}"));
            }
        }
        let (booked, _) = board.booked.read();
        let all = CANDIDATES as u32 * TERMS;
        let least = match self.mishap {
            Mishap::Stop => all,
            _ => all - TERMS,
        };
        if booked < least || booked > all {
            return Err(format!("{booked} terms of {all}"));
        }
        Ok(struck)
    }

    fn take_part(
        self,
        board: &Board,
        path: &Path,
        i: usize,
    ) -> Result<(), String> {
        let nth = if i == self.victim { self.nth } else { 0 };
        let armed = Armed::new(self.mishap, nth, &board.struck);
        let mut candidate = Candidate::open(path).map_err(text)?;
        let deadline = Instant::now().checked_add(LIMIT);
        for _ in 0..TERMS {
            let leader = candidate.wait_stepping(deadline, &|_| armed.step());
            let leader = leader.map_err(text)?.ok_or("nobody ended")?;
            // Nobody may die in here, or the count would stay.
            if board.leaders.fetch_add(1, Relaxed) != 0 {
                return Err("two lead".into());
            }
            board
                .booked
                .update(leader.term(), |terms| terms + 1)
                .map_err(text)?;
            board.leaders.fetch_sub(1, Relaxed);
        }
        Ok(())
    }
}

/// A child has copies of its parent's candidates, which refuse to lead, and
/// of its leader, which cannot give up for it.
fn use_copies(path: &Path) -> Result<(), String> {
    let mut one = Candidate::open(path).map_err(text)?;
    let mut other = Candidate::open(path).map_err(text)?;
    let mut leader = one.try_lead().map_err(text)?;
    let in_child = |work: &mut dyn FnMut() -> bool| {
        let child = ForkedChild::start(|| i32::from(!work()));
        let end = child.and_then(|mut child| child.wait());
        end.map(|end| end.success()).map_err(text)
    };
    if !in_child(&mut || other.try_lead().is_err())? {
        return Err("a copy did not refuse to lead".into());
    }
    if !in_child(&mut || leader.take().is_some())? {
        return Err("a copy could not be dropped".into());
    }
    if other.watch().map_err(text)?.is_none() {
        return Err("a copy took its parent's name away".into());
    }
    match other.try_lead().map_err(text)? {
        Some(_) => Err("a copy gave up for its parent".into()),
        None => Ok(()),
    }
}
