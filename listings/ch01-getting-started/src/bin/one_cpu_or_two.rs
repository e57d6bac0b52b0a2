//! The same two jobs on one CPU and on two: concurrent both times.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch01_getting_started::primes::count_primes;
use ch01_getting_started::usage;
use std::io;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

/// Both jobs, and the most that were in progress at the same time.
fn run_both() -> (usize, u32) {
    let halfway = Barrier::new(2);
    let (in_progress, most) = (AtomicU32::new(0), AtomicU32::new(0));
    let job = |first: u32| {
        most.fetch_max(in_progress.fetch_add(1, Relaxed) + 1, Relaxed);
        let mut primes = count_primes(first..first + 4_000);
        // Neither job can end before the other one has come this far.
        halfway.wait();
        primes += count_primes(first + 4_000..first + 8_000);
        in_progress.fetch_sub(1, Relaxed);
        primes
    };
    let primes = thread::scope(|s| {
        let lower = s.spawn(|| job(1_000_000));
        let upper = s.spawn(|| job(1_008_000));
        lower.join().unwrap() + upper.join().unwrap()
    });
    (primes, most.into_inner())
}

fn main() -> io::Result<()> {
    let cpus = allowed_cpus()?;
    for limit in [1, 2] {
        // The two threads inherit this. Where only one CPU is allowed, two
        // cannot be had.
        pin_to(&cpus[..limit.min(cpus.len())])?;
        let ((primes, most), used) = usage::of_process(run_both);
        println!(
            "{limit}-CPU limit: {primes} primes, {most} jobs in progress, \
             ~{:.2} CPUs busy, ~{} preemptions",
            used.cpus_busy(),
            used.preemptions
        );
    }
    Ok(())
}
