//! Two threads count primes, and keep two CPUs busy.

use ch01_getting_started::primes::count_primes;
use nix::sys::resource::{UsageWho, getrusage};
use std::thread;
use std::time::Instant;

fn main() -> nix::Result<()> {
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    let primes = thread::scope(|s| {
        let lower = s.spawn(|| count_primes(1_000_000..1_020_000));
        let upper = s.spawn(|| count_primes(1_020_000..1_040_000));
        lower.join().unwrap() + upper.join().unwrap()
    });
    let cpus = (cpu_seconds()? - cpu) / wall.elapsed().as_secs_f64();
    println!("threads: {primes} primes, ~{cpus:.1} CPUs busy");
    Ok(())
}

/// The CPU time of this process: of all its threads, in seconds.
fn cpu_seconds() -> nix::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let time = usage.user_time() + usage.system_time();
    Ok(time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6)
}
