//! Kills, stops and unwinds processes at the steps of a [`Condvar`], on
//! purpose: the tests of the condition variable between processes, as
//! functions that a program calls, since a test runner has threads and may not
//! fork.
//!
//! Three processes take turns at a number, which a [`RobustMutex`] guards: if
//! one ends with the lock, the next one is told, in a wait or before it.

use crate::condvar::Condvar;
use crate::futex::ALL;
use crate::mishap::{Armed, LIMIT, Mishap, all_ended, ended_by, text};
use crate::robust::{Guard, RobustMutex};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::{Duration, Instant};

/// A plan: what happens to whom, and at which of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    victim: usize,
    nth: u32,
}

const PROCESSES: usize = 3;
const TURNS: u32 = 60;
/// Their exit statuses.
const DONE: i32 = 0;
const TOLD: i32 = 2;
const WRONG: i32 = 3;

shareable! {
    struct Board {
        changed: Condvar,
        peers: [AtomicU64; PROCESSES],
        struck: AtomicU32,
        /// The victim has the lock.
        inside: AtomicU32,
        /// How often somebody was told that its last owner ended with it.
        told: AtomicU32,
        _spare: AtomicU32,
    }
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| Plan {
            mishap,
            victim: i % PROCESSES,
            nth: random.u32(1..=TURNS),
        })
    }

    /// Runs it, and answers whether the victim came to its step.
    ///
    /// # Errors
    ///
    /// What was not as the condition variable promises.
    pub fn run(self) -> Result<bool, String> {
        self.try_run().map_err(|error| format!("{self:?}: {error}"))
    }

    fn try_run(self) -> Result<bool, String> {
        let board = Shared::<Board>::new().map_err(text)?;
        let turns = RobustMutex::<u32>::new().map_err(text)?;
        let mut children = Vec::new();
        for i in 0..PROCESSES {
            let take_turns = || self.take_turns(&board, &turns, i);
            let child = ForkedChild::start(|| take_turns().unwrap_or(WRONG));
            let child = child.map_err(text)?;
            let peer = Peer::of(child.pid() as u32).map_err(text)?;
            board.peers[i].store(peer.word(), Release);
            children.push(child);
        }
        let ends = all_ended(&mut children)?;
        let struck = board.struck.load(Relaxed) == 1;
        let ended = struck && self.mishap != Mishap::Stop;
        for (i, end) in ends.into_iter().enumerate() {
            let fine = match end.code() {
                _ if struck && i == self.victim => ended_by(self.mishap, end),
                Some(TOLD) => ended,
                Some(DONE) => true,
                _ => false,
            };
            if !fine {
                return Err(format!("process {i}: {end}"));
            }
        }
        // If nobody has come since.
        drop(board.lock(&turns).ok_or("it stays locked")?);
        let inside = match ended {
            true => board.inside.load(Relaxed),
            false => 0,
        };
        match board.told.load(Relaxed) {
            told if told == inside => Ok(struck),
            told => Err(format!("{inside} ended with it, {told} were told")),
        }
    }

    fn take_turns(
        self,
        board: &Board,
        turns: &RobustMutex<u32>,
        i: usize,
    ) -> Option<i32> {
        let is_victim = i == self.victim;
        let nth = if is_victim { self.nth } else { 0 };
        let armed = Armed::new(self.mishap, nth, &board.struck);
        let inside = |now| {
            if is_victim {
                board.inside.store(now, Relaxed);
            }
        };
        let lock = || {
            let guard = board.lock(turns)?;
            inside(1);
            armed.step();
            Some(guard)
        };
        let deadline = Instant::now() + LIMIT;
        let dead = |peer: &AtomicU64| match peer.load(Acquire) {
            0 => false,
            word => Peer::from_word(word).has_ended(),
        };
        loop {
            let mut turn = lock()?;
            while *turn < TURNS && *turn as usize % PROCESSES != i {
                let whose = *turn as usize % PROCESSES;
                if dead(&board.peers[whose]) {
                    return Some(TOLD);
                }
                if Instant::now() > deadline {
                    return None;
                }
                armed.step();
                inside(0);
                turn = board.changed.wait_stepping(
                    turn,
                    lock,
                    // So that the tests are done soon.
                    Duration::from_millis(1),
                    |_| armed.step(),
                )?;
            }
            if *turn >= TURNS {
                return Some(DONE);
            }
            *turn += 1;
            armed.step();
            inside(0);
            drop(turn);
            board.changed.notify_stepping(ALL, |_| armed.step());
        }
    }
}

impl Board {
    fn lock<'a>(&self, turns: &'a RobustMutex<u32>) -> Option<Guard<'a, u32>> {
        let lock = turns.lock_timeout(LIMIT).ok()??;
        // One store: it is made, or not.
        Some(lock.or_repair(|_| {
            self.told.fetch_add(1, Relaxed);
        }))
    }
}
