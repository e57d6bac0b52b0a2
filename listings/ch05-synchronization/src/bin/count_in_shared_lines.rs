//! Four processes count the lines of a log, each in a counter of its own in
//! shared memory: side by side, and padded.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::SharedSlice;
use ch05_synchronization::padded::PaddedCounter;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const LINE: usize = 64;

fn count(name: &str, add: impl Fn(usize)) -> io::Result<()> {
    let mut workers = Vec::new();
    for worker in 0..4 {
        workers.push(ForkedChild::start(|| {
            (0..1000).for_each(|_| add(worker));
            0
        })?);
    }
    for mut worker in workers {
        assert!(worker.wait()?.success());
    }
    println!("{name}:");
    Ok(())
}

fn show<T>(counters: &[T], total: u64) {
    let place = |i: usize| std::ptr::from_ref(&counters[i]).addr();
    for i in 0..counters.len() {
        let (line, byte) = ((place(i) - place(0)) / LINE, place(i) % LINE);
        println!("  counter {i}: line {line}, byte {byte}");
    }
    println!("  together {total}");
}

fn main() -> io::Result<()> {
    let near = SharedSlice::<AtomicU64>::new(4)?;
    count("side by side", |worker| {
        near[worker].fetch_add(1, Relaxed);
    })?;
    show(&near, near.iter().map(|near| near.load(Relaxed)).sum());
    let padded = SharedSlice::<PaddedCounter>::new(4)?;
    count("padded", |worker| padded[worker].add(1))?;
    show(&padded, padded.iter().map(PaddedCounter::get).sum());
    Ok(())
}
