//! One count of primes in Python and in Rust: serial, by two threads, by two
//! processes. With `PYTHON=target/venv/bin/python`, where the page on the GIL
//! installs this book's extension module, also by Python threads that call
//! Rust.

use ch01_getting_started::primes::count_primes;
use measurements::{Comparison, Sample};
use nix::sys::resource::{UsageWho, getrusage};
use std::env;
use std::error::Error;
use std::hint::black_box;
use std::ops::Range;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

const LOWER: Range<u32> = 1_000_000..1_050_000;
const UPPER: Range<u32> = 1_050_000..1_100_000;
const VALUES: &[&str] = &["wall_s", "cpu_s", "cpus"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut comparison = Comparison::new("gil_times")
        .python("python serial", "serial", VALUES)
        .python("python threads", "threads", VALUES)
        .python("python processes", "processes", VALUES)
        .sample("rust serial", || {
            measure(|| count_primes(LOWER) + count_primes(UPPER))
        })
        .sample("rust threads", || {
            measure(|| {
                thread::scope(|s| {
                    let lower = s.spawn(|| count_primes(LOWER));
                    let upper = s.spawn(|| count_primes(UPPER));
                    lower.join().unwrap() + upper.join().unwrap()
                })
            })
        });
    if has_extension()? {
        comparison = comparison
            .python("python threads, GIL held", "held", VALUES)
            .python("python threads, released", "released", VALUES)
            .python("python, rayon in Rust", "pool", VALUES);
    }
    comparison.run()
}

fn measure(count: impl Fn() -> usize) -> Result<Sample, Box<dyn Error>> {
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    assert_eq!(black_box(count()), 7_216);
    let wall = wall.elapsed().as_secs_f64();
    let cpu = cpu_seconds()? - cpu;
    Ok(vec![("wall_s", wall), ("cpu_s", cpu), ("cpus", cpu / wall)])
}

fn cpu_seconds() -> nix::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let time = usage.user_time() + usage.system_time();
    Ok(time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6)
}

/// Can the Python that takes part import the extension?
fn has_extension() -> Result<bool, Box<dyn Error>> {
    let python = env::var_os("PYTHON").unwrap_or("python3".into());
    let import = Command::new(python)
        .args(["-c", "import gil_primes"])
        .stderr(Stdio::null())
        .status()?;
    Ok(import.success())
}
