//! Kills, stops and unwinds processes at the steps of a [`Condvar`], on
//! purpose: the tests of the condition variable between processes, as
//! functions that a program calls, since a test runner has threads and may not
//! fork.
//!
//! Three processes take turns at a number. Nothing happens to one that holds
//! the lock: surviving that is the lock's task.

use crate::condvar::Condvar;
use crate::futex::ALL;
pub use crate::mishap::Mishap;
use crate::mishap::{Armed, LIMIT, all_ended, ended_by, text};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::thread;
use std::time::{Duration, Instant};

/// A plan: what happens to whom, and at which of its steps.
///
/// # Examples
///
/// ```standalone_crate
/// use ch05_synchronization::condvar_faults::{Mishap, Plan};
///
/// for mishap in [Mishap::Kill, Mishap::Panic, Mishap::Stop] {
///     let mut struck = 0;
///     let mut plans = Plan::from_seed(5, mishap);
///     while struck < 20 {
///         let plan = plans.next().expect("they have no end");
///         struck += u64::from(plan.run()?);
///     }
/// }
/// # Ok::<(), String>(())
/// ```
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
        locked: AtomicU32,
        turn: AtomicU32,
        peers: [AtomicU64; PROCESSES],
        struck: AtomicU32,
        _spare: AtomicU32,
    }
}

struct Guard<'a>(&'a AtomicU32);

fn lock(word: &AtomicU32) -> Guard<'_> {
    while word.swap(1, Acquire) == 1 {
        thread::yield_now();
    }
    Guard(word)
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.store(0, Release);
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
        let mut children = Vec::new();
        for i in 0..PROCESSES {
            let child = ForkedChild::start(|| self.take_turns(&board, i));
            let child = child.map_err(text)?;
            let peer = Peer::of(child.pid() as u32).map_err(text)?;
            board.peers[i].store(peer.word(), Release);
            children.push(child);
        }
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

    fn take_turns(self, board: &Board, i: usize) -> i32 {
        let nth = if i == self.victim { self.nth } else { 0 };
        let armed = Armed::new(self.mishap, nth, &board.struck);
        let lock = || lock(&board.locked);
        let deadline = Instant::now() + LIMIT;
        let dead = |peer: &AtomicU64| match peer.load(Acquire) {
            0 => false,
            word => Peer::from_word(word).has_ended(),
        };
        loop {
            let mut guard = lock();
            let turn = loop {
                let turn = board.turn.load(Relaxed);
                if turn >= TURNS || turn as usize % PROCESSES == i {
                    break turn;
                }
                let whose = turn as usize % PROCESSES;
                if dead(&board.peers[whose]) {
                    return TOLD;
                }
                if Instant::now() > deadline {
                    return WRONG;
                }
                guard = board.changed.wait_stepping(
                    guard,
                    lock,
                    // So that the tests are done soon.
                    Duration::from_millis(1),
                    |_| armed.step(),
                );
            };
            if turn >= TURNS {
                return DONE;
            }
            board.turn.store(turn + 1, Relaxed);
            drop(guard);
            board.changed.notify_stepping(ALL, |_| armed.step());
        }
    }
}
