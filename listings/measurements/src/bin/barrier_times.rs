//! How long two processes take to meet at a barrier: on a CPU each, looking
//! for a while before they sleep and sleeping at once, and both on one CPU;
//! and at Python's `multiprocessing.Barrier`. Beside it what no barrier can
//! beat: a cache line that goes to and fro.
//!
//! A time is the median of blocks of rounds.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch05_synchronization::barrier::{Barrier, BarrierError, Member};
use measurements::{Comparison, Sample, median, pin};
use std::error::Error;
use std::hint::spin_loop;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::Instant;

const BLOCKS: u64 = 101;
/// Rounds in a block: where nobody sleeps, and where somebody does.
const QUICK: u64 = 1_000;
const SLOW: u64 = 50;
/// What wall times are scaled to.
const ROUNDS: f64 = 1_000.0;
const VALUES: &[&str] = &["wall_s", "ns_per_round", "rounds_per_s"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("barrier_times")
        .sample("cache line, two CPUs", cache_line)
        .sample("barrier, two CPUs", || meet(1, QUICK, true))
        .sample("barrier asleep, two CPUs", || meet(1, SLOW, false))
        .sample("barrier, one CPU", || meet(0, SLOW, true))
        .sample("barrier asleep, one CPU", || meet(0, SLOW, false))
        .python("python Barrier, two CPUs", "two", VALUES)
        .python("python Barrier, one CPU", "one", VALUES)
        .run()
}

/// The child runs on the CPU `theirs`, this process on the first one.
fn meet(
    theirs: usize,
    block: u64,
    spins: bool,
) -> Result<Sample, Box<dyn Error>> {
    let anywhere = allowed_cpus()?;
    let barrier = Shared::<Barrier<2>>::new()?;
    let join = |number| -> Result<Member<'_, 2>, BarrierError> {
        let mut member = barrier.join(number)?;
        member.set_spins(spins);
        Ok(member)
    };
    let mut child = ForkedChild::start(|| {
        let go = || -> Result<(), Box<dyn Error>> {
            pin(theirs)?;
            let mut member = join(1)?;
            // All rounds, and one in which to begin.
            for _ in 0..=BLOCKS * block {
                member.wait()?;
            }
            Ok(())
        };
        i32::from(go().is_err())
    })?;
    pin(0)?;
    let mut member = join(0)?;
    member.wait()?;
    let times = blocks(block, |_| member.wait().map(|_| ()));
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    times
}

/// Two meet by counting in a line each.
fn cache_line() -> Result<Sample, Box<dyn Error>> {
    let words = Shared::<[AtomicU64; 64]>::new()?;
    let (ours, theirs) = (&words[0], &words[32]);
    let meet = |own: &AtomicU64, other: &AtomicU64, n: u64| {
        own.store(n + 1, Release);
        while other.load(Acquire) <= n {
            spin_loop();
        }
    };
    let anywhere = allowed_cpus()?;
    let mut child = ForkedChild::start(|| {
        let pinned = pin(1);
        for n in 0..BLOCKS * QUICK {
            meet(theirs, ours, n);
        }
        i32::from(pinned.is_err())
    })?;
    pin(0)?;
    let times = blocks(QUICK, |n| {
        meet(ours, theirs, n);
        Ok(())
    });
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    times
}

fn blocks(
    block: u64,
    mut round: impl FnMut(u64) -> Result<(), BarrierError>,
) -> Result<Sample, Box<dyn Error>> {
    let mut times = Vec::new();
    for first in (0..BLOCKS * block).step_by(block as usize) {
        let start = Instant::now();
        (first..first + block).try_for_each(&mut round)?;
        times.push(start.elapsed().as_secs_f64() / block as f64);
    }
    let each = median(&times);
    Ok(vec![
        ("wall_s", each * ROUNDS),
        ("ns_per_round", each * 1e9),
        ("rounds_per_s", 1.0 / each),
    ])
}
