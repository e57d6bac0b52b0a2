//! What an addition to a counter costs that two processes share: an atomic,
//! and sums that meet at the end. Python's `Value` takes its lock.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// By both processes together.
const ADDITIONS: u64 = 400_000;
/// The same, where one costs so little that the starts of the processes would
/// count as well.
const OWN_ADDITIONS: u64 = 100 * ADDITIONS;
const VALUES: &[&str] = &["wall_s", "ns_per_addition"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("shared_counter_times")
        .sample("fetch_add", || measure(10 * ADDITIONS, fetch_add))
        .sample("own sums", || measure(OWN_ADDITIONS, own_sum))
        .python("python Value", "value", VALUES)
        .python("python own sums", "own", VALUES)
        .run()
}

fn fetch_add(share: u64, total: &AtomicU64) {
    for _ in 0..share {
        total.fetch_add(1, Relaxed);
    }
}

fn own_sum(share: u64, total: &AtomicU64) {
    let mut own = 0_u64;
    for _ in 0..share {
        // Else the loop would become one addition.
        own = black_box(own + 1);
    }
    total.fetch_add(own, Relaxed);
}

fn measure(
    additions: u64,
    add: fn(u64, &AtomicU64),
) -> Result<Sample, Box<dyn Error>> {
    let total = Shared::<AtomicU64>::new()?;
    let start = Instant::now();
    let begin = || {
        ForkedChild::start(|| {
            add(additions / 2, &total);
            0
        })
    };
    for mut child in [begin()?, begin()?] {
        child.wait()?;
    }
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(total.load(Relaxed), additions);
    Ok(vec![
        // Of as many as Python makes, to be compared with it.
        ("wall_s", wall * ADDITIONS as f64 / additions as f64),
        ("ns_per_addition", wall * 1e9 / additions as f64),
    ])
}
