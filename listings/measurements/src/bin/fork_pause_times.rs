//! What a snapshot by fork costs the process that goes on serving, by the
//! size of its table: the pause at the fork, and the first write to a page
//! that it shares with the child, beside a write to one that it does not.
//!
//! `wall_s` is the pause. Python forks with a `bytearray` of the same size; of
//! its two times for a write most is the interpreter's, and the difference of
//! the two is the copy.

use ch03_processes::fork::ForkedChild;
use measurements::{Comparison, Sample, median};
use nix::sys::prctl::set_thp_disable;
use std::error::Error;
use std::hint::black_box;
use std::thread;
use std::time::Instant;

const MIB: usize = 1 << 20;
const PAGE: usize = 4096;
const FORKS: usize = 5;
const VALUES: &[&str] = &["wall_s", "first_write_ns", "next_write_ns"];

/// Writes to each page once: the nanoseconds a page.
fn write(table: &mut [u8], value: u8) -> f64 {
    let pages = table.len() / PAGE;
    let start = Instant::now();
    for page in table.chunks_mut(PAGE) {
        *black_box(&mut page[0]) = value;
    }
    start.elapsed().as_secs_f64() * 1e9 / pages as f64
}

fn costs(size: usize) -> Result<Sample, Box<dyn Error>> {
    // Written, so that every page is there; a page of zeros would not be.
    let mut table = vec![1_u8; size];
    let (mut pauses, mut first, mut next) = (vec![], vec![], vec![]);
    for _ in 0..FORKS {
        let start = Instant::now();
        let child = ForkedChild::start(|| {
            loop {
                thread::park();
            }
        })?;
        pauses.push(start.elapsed().as_secs_f64());
        first.push(write(&mut table, 2));
        next.push(write(&mut table, 3));
        // It held the old pages until here.
        drop(child);
    }
    black_box(&table);
    Ok(vec![
        ("wall_s", median(&pauses)),
        ("first_write_ns", median(&first)),
        ("next_write_ns", median(&next)),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    // Pages of 4 KiB, whatever the system's setting: one of 2 MiB is copied
    // in one go. What is started inherits it, so Python has them too.
    set_thp_disable(true)?;
    Comparison::new("fork_pause_times")
        .sample("Rust, 16 MiB", || costs(16 * MIB))
        .python("Python, 16 MiB", "16", VALUES)
        .sample("Rust, 64 MiB", || costs(64 * MIB))
        .python("Python, 64 MiB", "64", VALUES)
        .sample("Rust, 256 MiB", || costs(256 * MIB))
        .python("Python, 256 MiB", "256", VALUES)
        .run()
}
