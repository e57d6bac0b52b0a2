//! Prices to fetch and numbers to test: serially and with four threads, in
//! Rust and in Python. Wall time, CPU time, and context switches.

use ch01_getting_started::primes::count_primes;
use ch01_getting_started::usage::of_process;
use measurements::{Comparison, Sample};
use std::error::Error;
use std::thread;
use std::time::Duration;

const WORKERS: u32 = 4;
const PRICES: u32 = 100;
const FIRST: u32 = 1_000_000;
const NUMBERS: u32 = 50_000;

fn fetch_prices(count: u32) {
    (0..count).for_each(|_| thread::sleep(Duration::from_millis(2)));
}

fn test_numbers(first: u32, count: u32) {
    std::hint::black_box(count_primes(first..first + count));
}

fn threads(job: impl Fn(u32) + Sync) {
    thread::scope(|s| {
        for worker in 0..WORKERS {
            let job = &job;
            s.spawn(move || job(worker));
        }
    });
}

fn sample(work: impl FnOnce()) -> Result<Sample, Box<dyn Error>> {
    let ((), used) = of_process(work);
    Ok(vec![
        ("wall_s", used.wall.as_secs_f64()),
        ("cpu_s", used.cpu.as_secs_f64()),
        ("waits", used.waits as f64),
        ("preemptions", used.preemptions as f64),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let share = NUMBERS / WORKERS;
    let values = &["wall_s", "cpu_s", "waits", "preemptions"];
    Comparison::new("wait_or_compute_times")
        .sample("prices, serial", || sample(|| fetch_prices(PRICES)))
        .sample("prices, 4 threads", || {
            sample(|| threads(|_| fetch_prices(PRICES / WORKERS)))
        })
        .sample("numbers, serial", || {
            sample(|| test_numbers(FIRST, NUMBERS))
        })
        .sample("numbers, 4 threads", || {
            sample(|| threads(|i| test_numbers(FIRST + i * share, share)))
        })
        .python("Python: prices, serial", "prices serial", values)
        .python("Python: prices, 4 threads", "prices threads", values)
        .python("Python: numbers, serial", "numbers serial", values)
        .python("Python: numbers, 4 threads", "numbers threads", values)
        .run()
}
