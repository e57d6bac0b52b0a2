//! What it costs to lead: to try the lock, to begin a term, to change what is
//! fenced; and how long it takes from the kill of a leader until the next one
//! leads, woken by a pidfd, by the lock itself, and in Python.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch05_synchronization::fenced::Fenced;
use ch05_synchronization::leader::Candidate;
use measurements::{Comparison, Sample, median};
use nix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;
use std::time::{Duration, Instant};

const TIMES: u32 = 10_000;
const HAND_OVERS: usize = 21;
const LIMIT: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = &dir.path().join("leader");
    Comparison::new("leader_times")
        .sample("File::try_lock, unlock", || try_lock(path))
        .sample("try_lead, give up", || try_lead(path))
        .sample("fenced change", || Ok(change()))
        .sample("hand-over by pidfd", || hand_over(path, by_pidfd))
        .sample("hand-over by File::lock", || hand_over(path, by_lock))
        .python("python hand-over by pidfd", "pidfd", &["wall_s"])
        .python("python hand-over by flock", "flock", &["wall_s"])
        .run()
}

fn per_call(begin: Instant) -> Sample {
    vec![("wall_s", begin.elapsed().as_secs_f64() / f64::from(TIMES))]
}

fn try_lock(path: &Path) -> Result<Sample, Box<dyn Error>> {
    let file = File::create(path)?;
    let begin = Instant::now();
    for _ in 0..TIMES {
        file.try_lock()?;
        file.unlock()?;
    }
    Ok(per_call(begin))
}

fn try_lead(path: &Path) -> Result<Sample, Box<dyn Error>> {
    let mut candidate = Candidate::open(path)?;
    let begin = Instant::now();
    for _ in 0..TIMES {
        drop(candidate.try_lead()?.ok_or("somebody else leads")?);
    }
    Ok(per_call(begin))
}

fn change() -> Sample {
    let number = Fenced::new();
    let begin = Instant::now();
    for _ in 0..TIMES {
        number.update(1, |n| n + 1).expect("there is one term");
    }
    per_call(begin)
}

type Wait = fn(path: &Path, led: &dyn Fn()) -> io::Result<()>;

fn by_pidfd(path: &Path, led: &dyn Fn()) -> io::Result<()> {
    let mut candidate = Candidate::open(path)?;
    let deadline = Instant::now().checked_add(LIMIT);
    let _leader = candidate.wait_until(deadline)?;
    led();
    thread::sleep(LIMIT);
    Ok(())
}

fn by_lock(path: &Path, led: &dyn Fn()) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    file.lock()?;
    led();
    thread::sleep(LIMIT);
    Ok(())
}

fn now() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("there is one");
    Duration::from(now).as_nanos() as u64
}

fn hand_over(path: &Path, wait: Wait) -> Result<Sample, Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..HAND_OVERS {
        let leads = Shared::<[AtomicU64; 2]>::new()?;
        let start = |i: usize| {
            ForkedChild::start(|| {
                i32::from(
                    wait(path, &|| leads[i].store(now(), Release)).is_err(),
                )
            })
        };
        let arrived = |i: usize| {
            let deadline = Instant::now() + LIMIT;
            while leads[i].load(Acquire) == 0 {
                if Instant::now() > deadline {
                    return Err("nobody leads");
                }
                thread::sleep(Duration::from_micros(100));
            }
            Ok(leads[i].load(Acquire))
        };
        let leader = start(0)?;
        arrived(0)?;
        let _next = start(1)?;
        // Until it has gone to sleep; if not, it is only quicker.
        thread::sleep(Duration::from_millis(3));
        let begin = now();
        leader.kill()?;
        times.push((arrived(1)? - begin) as f64 / 1e9);
    }
    Ok(vec![("wall_s", median(&times))])
}
