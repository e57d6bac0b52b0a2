//! How long a permit takes to another process and back: by two semaphores, on
//! a CPU each and both on one, looking for a while and sleeping at once; by
//! glibc's `sem_t`, and Python's `multiprocessing.Semaphore`. Beside it what
//! nothing can beat: a cache line that goes to and fro. And a permit, or a
//! token, that nobody else wants.
//!
//! A time is the median of blocks of round trips.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch05_synchronization::posix_semaphore::PosixSemaphore;
use ch05_synchronization::semaphore::Semaphore;
use ch05_synchronization::tokens::Tokens;
use measurements::{Comparison, Sample, median, pin};
use std::error::Error;
use std::hint::spin_loop;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::Instant;

const BLOCKS: u64 = 101;
/// Round trips in a block: where nobody sleeps, and where somebody does.
const QUICK: u64 = 1_000;
const SLOW: u64 = 50;
/// What wall times are scaled to.
const TRIPS: f64 = 1_000.0;
const VALUES: &[&str] = &["wall_s", "ns_each"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("semaphore_times")
        .sample("cache line, two CPUs", || trips(1, QUICK, cache_line))
        .sample("semaphore, two CPUs", || trips(1, QUICK, looking))
        .sample("semaphore asleep, two CPUs", || trips(1, SLOW, asleep))
        .sample("sem_t, two CPUs", || trips(1, SLOW, posix))
        .sample("semaphore, one CPU", || trips(0, SLOW, looking))
        .sample("semaphore asleep, one CPU", || trips(0, SLOW, asleep))
        .sample("sem_t, one CPU", || trips(0, SLOW, posix))
        .python("python Semaphore, two CPUs", "two", VALUES)
        .python("python Semaphore, one CPU", "one", VALUES)
        .sample("semaphore, alone", || {
            let licences = Shared::<Semaphore<4>>::new()?;
            blocks(QUICK, |_| drop(licences.acquire()))
        })
        .sample("sem_t, alone", || {
            let licences = PosixSemaphore::new(4)?;
            blocks(QUICK, |_| {
                licences.wait();
                let _ = licences.post();
            })
        })
        .sample("token, alone", || {
            let folder = tempfile::tempdir()?;
            let licences = Tokens::open(folder.path(), 4)?;
            blocks(SLOW, |_| drop(licences.acquire()))
        })
        .python("python Semaphore, alone", "alone", VALUES)
        .run()
}

shareable! {
    /// What each of the two gives and the other takes, on lines of their own.
    struct Side {
        permit: Semaphore<1>,
        number: AtomicU64,
        _rest: [AtomicU64; 14],
    }
}

struct Board {
    sides: Shared<[Side; 2]>,
    posix: [PosixSemaphore; 2],
}

/// What process `own` does in the `n`-th trip: the first one gives to the
/// other and takes from it, the second one the reverse.
type Trip = fn(board: &Board, own: usize, n: u64);

fn both(own: usize, take: impl Fn(), give: impl Fn()) {
    if own == 1 {
        take();
    }
    give();
    if own == 0 {
        take();
    }
}

fn looking(board: &Board, own: usize, _: u64) {
    let give = || board.sides[own].permit.release();
    both(
        own,
        || board.sides[1 - own].permit.acquire().forget(),
        || give().expect("it was taken"),
    );
}

fn asleep(board: &Board, own: usize, _: u64) {
    let take = || board.sides[1 - own].permit.acquire_asleep(None);
    let give = || board.sides[own].permit.release();
    both(
        own,
        || take().expect("no deadline").forget(),
        || give().expect("it was taken"),
    );
}

fn posix(board: &Board, own: usize, _: u64) {
    both(
        own,
        || board.posix[1 - own].wait(),
        || drop(board.posix[own].post()),
    );
}

fn cache_line(board: &Board, own: usize, n: u64) {
    let take = || {
        while board.sides[1 - own].number.load(Acquire) <= n {
            spin_loop();
        }
    };
    both(own, take, || board.sides[own].number.store(n + 1, Release));
}

/// The child runs on the CPU `theirs`, this process on the first one.
fn trips(
    theirs: usize,
    block: u64,
    trip: Trip,
) -> Result<Sample, Box<dyn Error>> {
    let anywhere = allowed_cpus()?;
    let board = Board {
        sides: Shared::new()?,
        posix: [PosixSemaphore::new(0)?, PosixSemaphore::new(0)?],
    };
    for side in &*board.sides {
        side.permit.acquire().forget();
    }
    let mut child = ForkedChild::start(|| {
        let pinned = pin(theirs);
        for n in 0..BLOCKS * block {
            trip(&board, 1, n);
        }
        i32::from(pinned.is_err())
    })?;
    pin(0)?;
    let times = blocks(block, |n| trip(&board, 0, n));
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    times
}

fn blocks(
    block: u64,
    mut each: impl FnMut(u64),
) -> Result<Sample, Box<dyn Error>> {
    let mut times = Vec::new();
    for first in (0..BLOCKS * block).step_by(block as usize) {
        let start = Instant::now();
        (first..first + block).for_each(&mut each);
        times.push(start.elapsed().as_secs_f64() / block as f64);
    }
    let each = median(&times);
    Ok(vec![("wall_s", each * TRIPS), ("ns_each", each * 1e9)])
}
