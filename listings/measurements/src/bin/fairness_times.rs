//! What two threads get of a lock that each wants again as soon as it has let
//! go of it, and what a turn costs: std's, parking_lot's, one that is handed
//! over, one whose owner inherits the waiter's priority; on two CPUs and on
//! one. Beside them Python's `Lock`, which CPython 3.11 hands over to nobody.
//!
//! `least` is how many turns of a thousand the thread got that came less
//! often; `row` is the longest row of turns of one thread.

use ch01_getting_started::affinity::allowed_cpus;
use ch05_synchronization::priority_mutex::PriorityMutex;
use measurements::{Comparison, Sample, pin};
use parking_lot::FairMutex;
use std::error::Error;
use std::hint::black_box;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

/// By both threads together: turns that are short, and some that take
/// microseconds.
const SHORT: (u64, u64) = (100_000, 0);
const LONG: (u64, u64) = (2_000, 10_000);
const VALUES: &[&str] = &["wall_s", "ns_per_turn", "least", "row"];

/// What the lock guards.
#[derive(Default)]
struct Turns {
    of: [u64; 2],
    last: usize,
    row: u64,
    longest: u64,
}

impl Turns {
    /// A turn of thread `me`, which is so much work. Are more wanted?
    fn take(&mut self, me: usize, (turns, work): (u64, u64)) -> bool {
        if self.of[0] + self.of[1] == turns {
            return false;
        }
        (0..work).for_each(|i| {
            black_box(i);
        });
        self.of[me] += 1;
        self.row = if self.last == me { self.row + 1 } else { 1 };
        self.last = me;
        self.longest = self.longest.max(self.row);
        true
    }
}

trait Lock: Sync {
    fn new() -> Self;
    fn with<R>(&self, turn: impl FnOnce(&mut Turns) -> R) -> R;
}

impl Lock for Mutex<Turns> {
    fn new() -> Self {
        Self::default()
    }

    fn with<R>(&self, turn: impl FnOnce(&mut Turns) -> R) -> R {
        turn(&mut self.lock().unwrap())
    }
}

impl Lock for parking_lot::Mutex<Turns> {
    fn new() -> Self {
        Self::default()
    }

    fn with<R>(&self, turn: impl FnOnce(&mut Turns) -> R) -> R {
        turn(&mut self.lock())
    }
}

impl Lock for FairMutex<Turns> {
    fn new() -> Self {
        Self::default()
    }

    fn with<R>(&self, turn: impl FnOnce(&mut Turns) -> R) -> R {
        turn(&mut self.lock())
    }
}

impl Lock for PriorityMutex<Turns> {
    fn new() -> Self {
        Self::new(Turns::default())
    }

    fn with<R>(&self, turn: impl FnOnce(&mut Turns) -> R) -> R {
        turn(&mut self.lock().expect("it is not locked by this thread"))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if allowed_cpus()?.len() < 2 {
        eprintln!("there is one CPU: the rows for two are measured on it");
    }
    type Std = Mutex<Turns>;
    type Parking = parking_lot::Mutex<Turns>;
    type Fair = FairMutex<Turns>;
    type Inherits = PriorityMutex<Turns>;
    Comparison::new("fairness_times")
        .sample("std, long", || measure::<Std>(2, LONG))
        .sample("parking_lot, long", || measure::<Parking>(2, LONG))
        .sample("FairMutex, long", || measure::<Fair>(2, LONG))
        .sample("PriorityMutex, long", || measure::<Inherits>(2, LONG))
        .sample("std, long, one CPU", || measure::<Std>(1, LONG))
        .sample("FairMutex, long, one CPU", || measure::<Fair>(1, LONG))
        .sample("std, short", || measure::<Std>(2, SHORT))
        .sample("parking_lot, short", || measure::<Parking>(2, SHORT))
        .sample("FairMutex, short", || measure::<Fair>(2, SHORT))
        .sample("PriorityMutex, short", || measure::<Inherits>(2, SHORT))
        .sample("std, short, one CPU", || measure::<Std>(1, SHORT))
        .sample("FairMutex, short, one CPU", || measure::<Fair>(1, SHORT))
        .python("python Lock, short", "two", VALUES)
        .python("python Lock, short, one CPU", "one", VALUES)
        .run()
}

fn measure<L: Lock>(
    cpus: usize,
    all: (u64, u64),
) -> Result<Sample, Box<dyn Error>> {
    let lock = L::new();
    let together = Barrier::new(3);
    let begin = thread::scope(|s| {
        for me in 0..2 {
            let (lock, together) = (&lock, &together);
            s.spawn(move || {
                pin(me % cpus).expect("a thread may choose among its CPUs");
                together.wait();
                while lock.with(|turns| turns.take(me, all)) {}
            });
        }
        let begin = Instant::now();
        together.wait();
        begin
    });
    let wall = begin.elapsed().as_secs_f64();
    let (of, longest) = lock.with(|turns| (turns.of, turns.longest));
    let turns = all.0 as f64;
    Ok(vec![
        ("wall_s", wall),
        ("ns_per_turn", wall * 1e9 / turns),
        ("least", of[0].min(of[1]) as f64 * 1e3 / turns),
        ("row", longest as f64),
    ])
}
