//! Two processes import a log and count its status codes in one shared array.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::SharedSlice;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const STATUSES: [u32; 3] = [200, 404, 500];

/// Which of the statuses a line of the log has.
fn status(line: u64) -> usize {
    match line * 7919 % 100 {
        0..90 => 0,
        90..98 => 1,
        _ => 2,
    }
}

fn import(lines: Range<u64>, counts: &[AtomicU64]) {
    for line in lines {
        counts[status(line)].fetch_add(1, Relaxed);
    }
}

fn main() -> io::Result<()> {
    let counts = SharedSlice::<AtomicU64>::new(STATUSES.len())?;
    let imported = || counts.iter().map(|n| n.load(Relaxed)).sum::<u64>();

    let start = |lines: Range<u64>| {
        ForkedChild::start(|| {
            import(lines, &counts);
            0
        })
    };
    let mut importers = [start(0..1000)?, start(1000..2000)?];
    println!("while they import: ~{} lines", imported());
    for importer in &mut importers {
        println!("importer: {}", importer.wait()?);
    }
    for (status, count) in STATUSES.iter().zip(counts.iter()) {
        println!("{status}: {}", count.load(Relaxed));
    }
    println!("imported: {}", imported());
    Ok(())
}
