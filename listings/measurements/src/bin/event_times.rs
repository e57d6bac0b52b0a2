//! How long it takes to wake another process and to be woken by it: by two
//! events, on a CPU each and both on one, looking for a while and sleeping at
//! once; by a condition variable; and by Python's `multiprocessing.Event` and
//! `Condition`. Beside it what nothing can beat: a cache line that goes to and
//! fro.
//!
//! A time is the median of blocks of round trips.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch05_synchronization::condvar::Condvar;
use ch05_synchronization::event::Event;
use measurements::{Comparison, Sample, median, pin};
use nix::sched::sched_yield;
use std::error::Error;
use std::hint::spin_loop;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::Instant;

const BLOCKS: u64 = 101;
/// Round trips in a block: where nobody sleeps, and where somebody does.
const QUICK: u64 = 1_000;
const SLOW: u64 = 50;
/// What wall times are scaled to.
const TRIPS: f64 = 1_000.0;
const VALUES: &[&str] = &["wall_s", "ns_per_trip"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("event_times")
        .sample("cache line, two CPUs", || trips(1, QUICK, cache_line))
        .sample("event, two CPUs", || trips(1, QUICK, flag))
        .sample("event counted, two CPUs", || trips(1, QUICK, count))
        .sample("event asleep, two CPUs", || trips(1, SLOW, asleep))
        .sample("condvar, two CPUs", || trips(1, SLOW, condition))
        .sample("event, one CPU", || trips(0, SLOW, flag))
        .sample("event asleep, one CPU", || trips(0, SLOW, asleep))
        .sample("condvar, one CPU", || trips(0, SLOW, condition))
        .python("python Event, two CPUs", "event-two", VALUES)
        .python("python Condition, two CPUs", "condition-two", VALUES)
        .python("python Event, one CPU", "event-one", VALUES)
        .python("python Condition, one CPU", "condition-one", VALUES)
        .run()
}

shareable! {
    /// What each of the two sets and the other waits for, on lines of their
    /// own.
    struct Side {
        event: Event,
        number: AtomicU64,
        _rest: [AtomicU64; 14],
    }
}

shareable! {
    struct Board {
        sides: [Side; 2],
        changed: Condvar,
        lock: AtomicU32,
        turn: AtomicU32,
    }
}

/// What process `own` does in the `n`-th trip: the first one wakes the other
/// and waits for it, the second one the reverse.
type Trip = fn(board: &Board, own: usize, n: u64);

fn both(own: usize, wait: impl Fn(), wake: impl Fn()) {
    if own == 1 {
        wait();
    }
    wake();
    if own == 0 {
        wait();
    }
}

fn cache_line(board: &Board, own: usize, n: u64) {
    let look = || {
        while board.sides[1 - own].number.load(Acquire) <= n {
            spin_loop();
        }
    };
    both(own, look, || board.sides[own].number.store(n + 1, Release));
}

fn flag(board: &Board, own: usize, _: u64) {
    let wait = || {
        board.sides[1 - own].event.wait();
        board.sides[1 - own].event.clear();
    };
    both(own, wait, || board.sides[own].event.set());
}

fn count(board: &Board, own: usize, n: u64) {
    let wait = || {
        let seen = board.sides[1 - own].event.wait_past(n as u32, None, None);
        assert_eq!(seen, Ok(n as u32 + 1));
    };
    both(own, wait, || board.sides[own].event.pulse());
}

fn asleep(board: &Board, own: usize, _: u64) {
    let wait = || {
        board.sides[1 - own].event.wait_asleep(None);
        board.sides[1 - own].event.clear();
    };
    both(own, wait, || board.sides[own].event.set());
}

/// A lock that is hardly ever contended here.
struct Guard<'a>(&'a AtomicU32);

fn lock(word: &AtomicU32) -> Guard<'_> {
    while word.swap(1, Acquire) == 1 {
        let _ = sched_yield();
    }
    Guard(word)
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.store(0, Release);
    }
}

fn condition(board: &Board, own: usize, _: u64) {
    let lock = || lock(&board.lock);
    let wait = || {
        let mut guard = lock();
        while board.turn.load(Relaxed) as usize == 1 - own {
            guard = board.changed.wait(guard, lock);
        }
    };
    let wake = || {
        let guard = lock();
        board.turn.store(1 - own as u32, Relaxed);
        drop(guard);
        board.changed.notify_one();
    };
    both(own, wait, wake);
}

/// The child runs on the CPU `theirs`, this process on the first one.
fn trips(
    theirs: usize,
    block: u64,
    trip: Trip,
) -> Result<Sample, Box<dyn Error>> {
    let anywhere = allowed_cpus()?;
    let board = Shared::<Board>::new()?;
    let mut child = ForkedChild::start(|| {
        let pinned = pin(theirs);
        (0..BLOCKS * block).for_each(|n| trip(&board, 1, n));
        i32::from(pinned.is_err())
    })?;
    pin(0)?;
    let mut times = Vec::new();
    for first in (0..BLOCKS * block).step_by(block as usize) {
        let start = Instant::now();
        (first..first + block).for_each(|n| trip(&board, 0, n));
        times.push(start.elapsed().as_secs_f64() / block as f64);
    }
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    let each = median(&times);
    Ok(vec![("wall_s", each * TRIPS), ("ns_per_trip", each * 1e9)])
}
