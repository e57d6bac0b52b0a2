//! Kills, stops and unwinds the holders of permits and of tokens, and those
//! who wait for one, at their steps: the tests of [`Semaphore`] and [`Tokens`]
//! between processes, as functions that a program calls, since a test runner
//! has threads and may not fork.

use crate::mishap::{Armed, LIMIT, Mishap, all_ended, ended_by, text};
use crate::semaphore::Semaphore;
use crate::tokens::Tokens;
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::thread;
use std::time::Instant;

/// A plan: what happens to one of three that share two licences, and at which
/// of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    nth: u32,
}

const WORKERS: usize = 3;
const LICENCES: u32 = 2;
const ROUNDS: u32 = 4;
/// What a worker does in a round, at the least: its steps.
const STEPS: u32 = 4;
const WRONG: i32 = 3;

shareable! {
    struct Board {
        licences: Semaphore<LICENCES>,
        /// Who has a licence, or was killed with one.
        inside: [AtomicU32; WORKERS],
        struck: AtomicU32,
    }
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |_| Plan {
            mishap,
            nth: random.u32(1..=ROUNDS * STEPS),
        })
    }

    /// Runs it with a semaphore. All that live are to be served, one permit
    /// at most is to be lost to a death, and none to a panic. Answers whether
    /// the victim came to its step.
    ///
    /// # Errors
    ///
    /// What was not as the semaphore promises.
    pub fn run_permits(self) -> Result<bool, String> {
        let board = Shared::<Board>::new().map_err(text)?;
        let struck = self.run(&board, |board, i, armed| {
            let soon = Instant::now().checked_add(LIMIT);
            let step = |_| armed.step();
            let spins = self.nth.is_multiple_of(2);
            let permit = board.licences.acquire_stepping(soon, spins, step);
            let permit = permit.ok_or(())?;
            board.work(i, armed, true)?;
            // As its drop does, by steps.
            permit.forget();
            board.licences.release_stepping(step).map_err(|_| ())
        })?;
        let lost = LICENCES - board.licences.available();
        let may_be_lost = match (struck, self.mishap) {
            (true, Mishap::Kill) => 1,
            _ => 0,
        };
        match lost > may_be_lost {
            true => Err(format!("{self:?}: {lost} permits lost")),
            false => Ok(struck),
        }
    }

    /// Runs it with tokens. None is to be lost.
    ///
    /// # Errors
    ///
    /// What was not as the tokens promise.
    pub fn run_tokens(self) -> Result<bool, String> {
        let board = Shared::<Board>::new().map_err(text)?;
        let folder = tempfile::tempdir().map_err(text)?;
        let licences = Tokens::open(folder.path(), LICENCES as usize);
        let licences = licences.map_err(text)?;
        let struck = self.run(&board, |board, i, armed| {
            armed.step();
            let soon = Instant::now().checked_add(LIMIT);
            let token = licences.acquire_until(soon).map_err(|_| ())?;
            let token = token.ok_or(())?;
            armed.step();
            // What a dead one had is another's by now.
            board.work(i, armed, self.mishap != Mishap::Kill)?;
            drop(token);
            armed.step();
            Ok(())
        })?;
        let mut tokens = Vec::new();
        while let Some(token) = licences.try_acquire().map_err(text)? {
            tokens.push(token);
        }
        match tokens.len() == LICENCES as usize {
            true => Ok(struck),
            false => Err(format!("{self:?}: {} tokens", tokens.len())),
        }
    }

    fn run(
        self,
        board: &Board,
        round: impl Fn(&Board, usize, &Armed<'_>) -> Result<(), ()>,
    ) -> Result<bool, String> {
        let mut children = Vec::new();
        for i in 0..WORKERS {
            let child = ForkedChild::start(|| {
                let nth = if i == 0 { self.nth } else { 0 };
                let armed = Armed::new(self.mishap, nth, &board.struck);
                let mut rounds = 0..ROUNDS;
                let served = rounds.all(|_| round(board, i, &armed).is_ok());
                if served { 0 } else { WRONG }
            });
            children.push(child.map_err(text)?);
        }
        let ends = all_ended(&mut children)?;
        let struck = board.struck.load(Relaxed) == 1;
        for (i, end) in ends.into_iter().enumerate() {
            let fine = match struck && i == 0 {
                true => ended_by(self.mishap, end),
                false => end.success(),
            };
            if !fine {
                return Err(format!("{self:?}: process {i}: {end}"));
            }
        }
        Ok(struck)
    }
}

impl Board {
    /// What a licence is for. It fails if too many have one, the victim
    /// among them, unless it is dead and not to be counted.
    fn work(
        &self,
        i: usize,
        armed: &Armed<'_>,
        dead_count: bool,
    ) -> Result<(), ()> {
        // SeqCst: of two who enter at once, one sees the other.
        self.inside[i].store(1, SeqCst);
        let mut inside: u32 = self.inside.iter().map(|p| p.load(SeqCst)).sum();
        if !dead_count && self.struck.load(SeqCst) == 1 {
            inside -= self.inside[0].load(SeqCst);
        }
        if inside > LICENCES {
            return Err(());
        }
        let leave = Leave(&self.inside[i]);
        armed.step();
        thread::yield_now();
        drop(leave);
        Ok(())
    }
}

/// Leaves, by a panic too.
struct Leave<'a>(&'a AtomicU32);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.store(0, SeqCst);
    }
}
