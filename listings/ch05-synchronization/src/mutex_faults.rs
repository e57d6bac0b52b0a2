//! Kills, stops and unwinds owners of a [`RobustMutex`] at their steps, and
//! those who wait for it or repair what it guards: its tests between
//! processes, as functions that a program calls, since a test runner has
//! threads and may not fork.

use crate::mishap::{Armed, LIMIT, Mishap, all_ended, ended_by, text};
use crate::robust::{Lock, RobustMutex};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use zerocopy::FromBytes;

/// A plan: what happens to two of three that pay from one account to another,
/// and at which of their steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    nth: [u32; 2],
}

const WORKERS: usize = 3;
const ROUNDS: u32 = 4;
/// What a worker does in a round, at the least: its steps.
const STEPS: u32 = 4;
const WRONG: i32 = 3;

/// Two accounts, whose sum is 0.
#[derive(Debug, FromBytes)]
#[repr(C)]
struct Ledger {
    from: i64,
    to: i64,
}

shareable! {
    struct Board {
        struck: [AtomicU32; 2],
        /// Who has the lock, or was killed or panicked with it.
        inside: [AtomicU32; WORKERS],
        /// How often somebody was told that the data may be half-written.
        told: AtomicU32,
    }
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |_| Plan {
            mishap,
            nth: [(); 2].map(|()| random.u32(1..=ROUNDS * STEPS)),
        })
    }

    /// Runs it. Whoever gets the lock is to find the accounts even, or to be
    /// told: once for each who died or panicked with the lock, and never
    /// else. Answers whether both victims came to their steps.
    ///
    /// # Errors
    ///
    /// What was not as the mutex promises.
    pub fn run(self) -> Result<bool, String> {
        self.try_run().map_err(|error| format!("{self:?}: {error}"))
    }

    fn try_run(self) -> Result<bool, String> {
        let ledger = RobustMutex::<Ledger>::new().map_err(text)?;
        let board = Shared::<Board>::new().map_err(text)?;
        let mut children = Vec::new();
        for i in 0..WORKERS {
            let child = ForkedChild::start(|| {
                let nth = self.nth.get(i).copied().unwrap_or(0);
                let armed =
                    Armed::new(self.mishap, nth, &board.struck[i.min(1)]);
                let mut rounds = 0..ROUNDS;
                let served =
                    rounds.all(|_| board.pay(&ledger, i, &armed).is_ok());
                if served { 0 } else { WRONG }
            });
            children.push(child.map_err(text)?);
        }
        let ends = all_ended(&mut children)?;
        let mut both = true;
        for (i, end) in ends.into_iter().enumerate() {
            let struck = board.struck.get(i);
            let victim = struck.is_some_and(|s| s.load(Relaxed) == 1);
            both &= victim || i == WORKERS - 1;
            let fine = match victim {
                true => ended_by(self.mishap, end),
                false => end.success(),
            };
            if !fine {
                return Err(format!("process {i}: {end}"));
            }
        }
        let mut told = board.told.load(Relaxed);
        match ledger.try_lock().map_err(text)? {
            Some(Lock::Locked(ledger)) if ledger.from + ledger.to != 0 => {
                return Err(format!("nobody tells of {:?}", *ledger));
            }
            Some(Lock::Locked(_)) => {}
            Some(Lock::Recovered(_)) => told += 1,
            None => return Err("it stays locked".into()),
        }
        let ended = board.inside.iter().map(|inside| inside.load(Relaxed));
        let ended: u32 = ended.sum();
        match told == ended {
            true => Ok(both),
            false => Err(format!("{ended} ended with it, {told} were told")),
        }
    }
}

impl Board {
    /// Pays 1, in two steps.
    fn pay(
        &self,
        ledger: &RobustMutex<Ledger>,
        i: usize,
        armed: &Armed<'_>,
    ) -> Result<(), ()> {
        armed.step();
        let lock = ledger.lock_timeout(LIMIT).map_err(|_| ())?.ok_or(())?;
        self.inside[i].store(1, Relaxed);
        let mut ledger = lock.or_repair(|ledger| {
            self.told.fetch_add(1, Relaxed);
            armed.step();
            ledger.to = -ledger.from;
        });
        if ledger.from + ledger.to != 0 {
            return Err(());
        }
        armed.step();
        ledger.from -= 1;
        armed.step();
        thread::yield_now();
        ledger.to += 1;
        armed.step();
        self.inside[i].store(0, Relaxed);
        drop(ledger);
        Ok(())
    }
}
