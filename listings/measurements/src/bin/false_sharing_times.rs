//! What an addition costs two workers that count each for itself: in counters
//! on one cache line, on the two lines of a pair, and on lines far apart; as
//! threads and as processes, on two CPUs and on one. Beside it sums that meet
//! at the end, a counter that both share, and Python's `RawArray`.

use ch01_getting_started::affinity::allowed_cpus;
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::SharedSlice;
use measurements::{Comparison, Sample, pin};
use nix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, fence};
use std::thread;
use std::time::Duration;

/// By each worker. What wall times are scaled to.
const ADDITIONS: u64 = 1_000_000;
/// Where one costs so little that a start would count as well.
const OWN_ADDITIONS: u64 = 100 * ADDITIONS;
const VALUES: &[&str] = &["wall_s", "ns_per_addition"];

/// How far the second counter is from the first, in words of eight bytes.
const SAME: usize = 0;
const BESIDE: usize = 1;
const NEXT_LINE: usize = 8;
const FAR: usize = 16;

type Add = fn(&AtomicU64, u64);

fn main() -> Result<(), Box<dyn Error>> {
    if allowed_cpus()?.len() < 2 {
        eprintln!("there is one CPU: the rows for two are measured on it");
    }
    let threads =
        |apart, cpus| move || in_threads(apart, cpus, ADDITIONS, add_atomic);
    let stores =
        |apart, cpus| move || in_threads(apart, cpus, ADDITIONS, add_by_store);
    let processes = |apart, cpus| move || in_processes(apart, cpus);
    Comparison::new("false_sharing_times")
        .sample("128 bytes apart", threads(FAR, 2))
        .sample("64 bytes apart", threads(NEXT_LINE, 2))
        .sample("one line", threads(BESIDE, 2))
        .sample("one counter", threads(SAME, 2))
        .sample("own sums", || in_threads(FAR, 2, OWN_ADDITIONS, add_own))
        .sample("one CPU, 128 bytes apart", threads(FAR, 1))
        .sample("one CPU, one line", threads(BESIDE, 1))
        .sample("stores, 128 bytes apart", stores(FAR, 2))
        .sample("stores, 64 bytes apart", stores(NEXT_LINE, 2))
        .sample("stores, one line", stores(BESIDE, 2))
        .sample("processes, 128 bytes apart", processes(FAR, 2))
        .sample("processes, one line", processes(BESIDE, 2))
        .sample("processes, one CPU, one line", processes(BESIDE, 1))
        .python("python, 128 bytes apart", "16", VALUES)
        .python("python, one line", "1", VALUES)
        .run()
}

fn add_atomic(counter: &AtomicU64, additions: u64) {
    for _ in 0..additions {
        counter.fetch_add(1, Relaxed);
    }
}

/// For a counter that nobody else writes.
fn add_by_store(counter: &AtomicU64, additions: u64) {
    for _ in 0..additions {
        counter.store(counter.load(Relaxed) + 1, Relaxed);
    }
}

fn add_own(counter: &AtomicU64, additions: u64) {
    let mut own = 0_u64;
    for _ in 0..additions {
        // Else the loop would become one addition.
        own = black_box(own + 1);
    }
    counter.fetch_add(own, Relaxed);
}

/// Since some moment. On one CPU, it stands while the other worker runs.
fn clock(cpus: usize) -> Duration {
    let clock = match cpus {
        1 => ClockId::CLOCK_THREAD_CPUTIME_ID,
        _ => ClockId::CLOCK_MONOTONIC,
    };
    Duration::from(clock_gettime(clock).expect("Linux has both"))
}

/// The mean of both workers' times.
fn in_threads(
    apart: usize,
    cpus: usize,
    additions: u64,
    add: Add,
) -> Result<Sample, Box<dyn Error>> {
    // For its alignment: at the start of a page.
    let words = SharedSlice::<AtomicU64>::new(64)?;
    let together = Barrier::new(2);
    let work = |worker: usize| {
        pin(worker % cpus).expect("a thread may choose among its CPUs");
        together.wait();
        let start = clock(cpus);
        add(&words[worker * apart], additions);
        (clock(cpus) - start).as_secs_f64()
    };
    let wall = thread::scope(|s| {
        let workers = [0, 1].map(|worker| s.spawn(move || work(worker)));
        workers.map(|worker| worker.join().unwrap())
    });
    sample(&words, (wall[0] + wall[1]) / 2.0, additions)
}

fn in_processes(apart: usize, cpus: usize) -> Result<Sample, Box<dyn Error>> {
    let words = SharedSlice::<AtomicU64>::new(64)?;
    // At the far end of the page: both are there; then their times.
    let (ready, times) = (&words[32], [&words[48], &words[56]]);
    let begin = |worker: usize| {
        let (words, times) = (&words, times[worker]);
        ForkedChild::start(move || {
            let pinned = pin(worker % cpus);
            ready.fetch_add(1, Release);
            while ready.load(Acquire) < 2 {
                thread::yield_now();
            }
            let start = clock(cpus);
            add_atomic(&words[worker * apart], ADDITIONS);
            let time = clock(cpus) - start;
            times.store(time.as_nanos() as u64, Relaxed);
            i32::from(pinned.is_err())
        })
    };
    for mut child in [begin(0)?, begin(1)?] {
        assert!(child.wait()?.success());
    }
    fence(Acquire);
    let wall = times.map(|time| time.swap(0, Relaxed) as f64 / 1e9);
    ready.store(0, Relaxed);
    sample(&words, (wall[0] + wall[1]) / 2.0, ADDITIONS)
}

fn sample(
    words: &[AtomicU64],
    wall: f64,
    additions: u64,
) -> Result<Sample, Box<dyn Error>> {
    let total: u64 = words.iter().map(|word| word.load(Relaxed)).sum();
    assert_eq!(total, 2 * additions);
    Ok(vec![
        // Of as many additions as the others make.
        ("wall_s", wall * ADDITIONS as f64 / additions as f64),
        ("ns_per_addition", wall * 1e9 / additions as f64),
    ])
}
