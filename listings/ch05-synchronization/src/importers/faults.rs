//! Kills, stops and unwinds members of an [`Import`] at their steps, on
//! purpose, and brings it down then: tests as functions that a program calls,
//! since a test runner has threads and may not fork.

use super::{Import, MEMBERS, PARTS, Step, THREADS};
use crate::mishap::{Armed, LIMIT, Mishap, ended_by, text};
use ch03_processes::shared::Shared;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A plan: what happens to which member, and at which of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    mishap: Mishap,
    victim: usize,
    nth: u32,
}

/// More steps than a member's share of the work has.
const STEPS: u32 = 2 * (PARTS / MEMBERS) as u32 + 5;

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64, mishap: Mishap) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| Plan {
            mishap,
            victim: i % MEMBERS,
            nth: random.u32(1..=STEPS),
        })
    }

    /// Runs it, and answers whether the victim came to its step.
    ///
    /// # Errors
    ///
    /// What was not as [`bring_down`](super::Running::bring_down) promises.
    pub fn run(self) -> Result<bool, String> {
        self.try_run().map_err(|error| format!("{self:?}: {error}"))
    }

    fn try_run(self) -> Result<bool, String> {
        let descriptors = count_descriptors()?;
        let struck = Shared::<AtomicU32>::new().map_err(text)?;
        // Only one that is stopped uses it up.
        let drain = match self.mishap {
            Mishap::Stop => Duration::from_millis(50),
            _ => LIMIT,
        };
        let import = Import::new(drain, LIMIT).map_err(text)?;
        let begin = Instant::now();
        // Each process has a copy, and counts its own steps.
        let armed = Mutex::new(Armed::new(self.mishap, self.nth, &struck));
        let running = import.start_stepping(|i, at| {
            if at == Step::Took {
                // A part is work, and others may be through before it is.
                thread::sleep(Duration::from_millis(fastrand::u64(0..=2)));
            }
            if i == self.victim {
                let armed = armed.lock();
                armed.unwrap_or_else(PoisonError::into_inner).step();
            }
        });
        let report = running.and_then(|running| running.bring_down());
        let report = report.map_err(text)?;
        if begin.elapsed() > LIMIT {
            return Err("it took too long".into());
        }
        let struck = struck.load(Relaxed) == 1;
        for (i, end) in report.ends.iter().enumerate() {
            let fine = match self.mishap {
                _ if !struck || i != self.victim => end.success(),
                // At the end.
                Mishap::Stop => ended_by(Mishap::Kill, *end),
                mishap => ended_by(mishap, *end),
            };
            if !fine {
                return Err(format!("member {i}: {end}"));
            }
        }
        let given_up = report.given_up.len();
        if report.done as usize + given_up != PARTS {
            return Err(format!("{} done, {given_up} not", report.done));
        }
        // A part for each thread of the victim; the others do all the rest.
        let most = if struck { THREADS } else { 0 };
        if given_up > most {
            return Err(format!("{given_up} parts given up"));
        }
        drop(import);
        match count_descriptors()? {
            now if now == descriptors => Ok(struck),
            now => Err(format!("{descriptors} descriptors, {now} afterwards")),
        }
    }
}

fn count_descriptors() -> Result<usize, String> {
    Ok(fs::read_dir("/proc/self/fd").map_err(text)?.count())
}
