//! What a hit costs: an atomic, a lock, sums that meet at the end; by one
//! thread, and by two at once. Python's threads take a lock.

use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

/// By all threads together.
const HITS: u64 = 400_000;
/// The same, where a hit costs so little that the starts of the threads would
/// count as well.
const OWN_HITS: u64 = 100 * HITS;
const VALUES: &[&str] = &["wall_s", "ns_per_hit"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("hit_counter_times")
        .sample("fetch_add, 1 thread", || fetch_add(1))
        .sample("fetch_add, 2 threads", || fetch_add(2))
        .sample("Mutex, 1 thread", || mutex(1))
        .sample("Mutex, 2 threads", || mutex(2))
        .sample("own sums, 1 thread", || own_sums(1))
        .sample("own sums, 2 threads", || own_sums(2))
        .python("python Lock, 1 thread", "1", VALUES)
        .python("python Lock, 2 threads", "2", VALUES)
        .run()
}

fn fetch_add(threads: u64) -> Result<Sample, Box<dyn Error>> {
    let hits = AtomicU64::new(0);
    let serve = |share| {
        for _ in 0..share {
            hits.fetch_add(1, Relaxed);
        }
    };
    measure(threads, HITS, serve, || hits.load(Relaxed))
}

fn mutex(threads: u64) -> Result<Sample, Box<dyn Error>> {
    let hits = Mutex::new(0);
    let serve = |share| {
        for _ in 0..share {
            *hits.lock().unwrap() += 1;
        }
    };
    measure(threads, HITS, serve, || *hits.lock().unwrap())
}

fn own_sums(threads: u64) -> Result<Sample, Box<dyn Error>> {
    let hits = AtomicU64::new(0);
    let serve = |share| {
        let mut own = 0_u64;
        for _ in 0..share {
            // Else the loop would become one addition.
            own = black_box(own + 1);
        }
        hits.fetch_add(own, Relaxed);
    };
    measure(threads, OWN_HITS, serve, || hits.load(Relaxed))
}

fn measure(
    threads: u64,
    hits: u64,
    serve: impl Fn(u64) + Sync,
    total: impl Fn() -> u64,
) -> Result<Sample, Box<dyn Error>> {
    let start = Instant::now();
    thread::scope(|s| {
        for _ in 0..threads {
            s.spawn(|| serve(hits / threads));
        }
    });
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(total(), hits);
    Ok(vec![
        // Of as many hits as the others have, to be compared with theirs.
        ("wall_s", wall * HITS as f64 / hits as f64),
        ("ns_per_hit", wall * 1e9 / hits as f64),
    ])
}
