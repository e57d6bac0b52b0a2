//! Kills, stops and unwinds processes at the steps of an [`Event`], on
//! purpose: the tests of the event between processes, as functions that a
//! program calls, since a test runner has threads and may not fork.
//!
//! A setter and two waiters go through rounds: it sets an event for both, and
//! each of them sets one for it. Even rounds go by the count, odd ones by the
//! flag.

use crate::event::{Event, EventError, Patience, SET};
use crate::mishap::{Armed, LIMIT, Mishap, all_ended, ended_by, text};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::thread;
use std::time::{Duration, Instant};

/// A plan: what happens to whom, and at which of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    /// 0 is the setter.
    victim: usize,
    nth: u32,
}

const ROUNDS: u32 = 20;
/// Their exit statuses.
const DONE: i32 = 0;
const TOLD: i32 = 2;
const WRONG: i32 = 3;

shareable! {
    struct Board {
        /// The setter's, and one of each waiter.
        events: [Event; 3],
        begin: Event,
        peers: [AtomicU64; 3],
        struck: AtomicU32,
        _spare: AtomicU32,
    }
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| Plan {
            mishap,
            victim: i % 2,
            nth: random.u32(1..=2 * ROUNDS),
        })
    }

    /// Runs it, and answers whether the victim came to its step.
    ///
    /// # Errors
    ///
    /// What was not as the event promises.
    pub fn run(self) -> Result<bool, String> {
        self.try_run().map_err(|error| format!("{self:?}: {error}"))
    }

    fn try_run(self) -> Result<bool, String> {
        let board = Shared::<Board>::new().map_err(text)?;
        let mut children = Vec::new();
        for i in 0..3 {
            let child = ForkedChild::start(|| self.take_part(&board, i));
            children.push(child.map_err(text)?);
        }
        let deadline = Instant::now() + LIMIT;
        while board.peers.iter().any(|peer| peer.load(Acquire) == 0) {
            if Instant::now() > deadline {
                return Err("not all begin".into());
            }
            thread::yield_now();
        }
        board.begin.set();
        let ends = all_ended(&mut children)?;
        let struck = board.struck.load(Relaxed) == 1;
        for (i, end) in ends.into_iter().enumerate() {
            let fine = match end.code() {
                _ if struck && i == self.victim => ended_by(self.mishap, end),
                Some(TOLD) => struck && self.mishap != Mishap::Stop,
                Some(DONE) => true,
                _ => false,
            };
            if !fine {
                return Err(format!("process {i}: {end}"));
            }
        }
        Ok(struck)
    }

    fn take_part(self, board: &Board, i: usize) -> i32 {
        let Ok(own) = Peer::own() else {
            return WRONG;
        };
        board.peers[i].store(own.word(), Release);
        if !board.begin.wait_timeout(LIMIT) {
            return WRONG;
        }
        let nth = if i == self.victim { self.nth } else { 0 };
        let armed = Armed::new(self.mishap, nth, &board.struck);
        for round in 0..ROUNDS {
            let flagged = round % 2 == 1;
            let flag = if flagged { SET } else { 0 };
            if i == 0 {
                board.events[0].set_stepping(flag, |_| armed.step());
            }
            let setters = if i == 0 { 1..3 } else { 0..1 };
            for setter in setters {
                let peer = board.peers[setter].load(Acquire);
                let patience = Patience {
                    deadline: Instant::now().checked_add(LIMIT),
                    setter: Some(Peer::from_word(peer)),
                    // So that the tests are done soon.
                    look: Duration::from_millis(1),
                    spins: true,
                };
                let event = &board.events[setter];
                let step = |_| armed.step();
                let seen = match flagged {
                    true => event.wait_stepping(patience, step).map(|()| {
                        // Both wait for the setter's: its next pulse clears it.
                        if i == 0 {
                            event.clear();
                        }
                        event.count()
                    }),
                    false => event.wait_past_stepping(round, patience, step),
                };
                match seen {
                    Ok(seen) if seen == round + 1 => {}
                    Err(EventError::SetterDied) => return TOLD,
                    _ => return WRONG,
                }
            }
            if i != 0 {
                board.events[i].set_stepping(flag, |_| armed.step());
            }
        }
        DONE
    }
}
