//! Is a job waiting or computing? The kernel's own counts tell.

use ch01_getting_started::primes::is_prime;
use ch01_getting_started::usage;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

const WORKERS: usize = 4;

/// The sleep stands for the wait for a slow price service.
fn fetch_price(article: u32) -> u32 {
    thread::sleep(Duration::from_millis(2));
    100 + article % 7
}

fn serial(job: fn(u32) -> u32, items: Range<u32>) -> u32 {
    items.map(job).sum()
}

fn threads(job: fn(u32) -> u32, items: Range<u32>) -> u32 {
    let start = |first| {
        let share = items.clone().skip(first).step_by(WORKERS);
        thread::spawn(move || share.map(job).sum::<u32>())
    };
    // All are started before the first one is waited for.
    let workers: Vec<_> = (0..WORKERS).map(start).collect();
    workers
        .into_iter()
        .map(|worker| worker.join().unwrap())
        .sum()
}

fn try_both(name: &str, job: fn(u32) -> u32, items: Range<u32>) {
    let (sum, used) = usage::of_thread(|| serial(job, items.clone()));
    // A wait an item is what is expected, or none at all: half lies well
    // away from both.
    let waiting = used.waits * 2 >= items.len() as u64;
    println!(
        "{name}: {} items, sum {sum}, ~{} waits, ~{:.0} % on the CPU: {}",
        items.len(),
        used.waits,
        used.cpus_busy() * 100.0,
        if waiting { "waiting" } else { "computing" }
    );
    let start = Instant::now();
    let sum = threads(job, items);
    let gain = used.wall.as_secs_f64() / start.elapsed().as_secs_f64();
    println!("  {WORKERS} threads: sum {sum}, ~{gain:.1} times as fast");
}

fn main() {
    try_both("prices", fetch_price, 0..40);
    try_both("numbers", |n| is_prime(n).into(), 1_000_000..1_010_000);
}
