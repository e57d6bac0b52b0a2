//! Four threads count the lines of a log, each in a counter of its own: side
//! by side, and padded. Where the counters lie.

use crossbeam::utils::CachePadded;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const LINE: usize = 64;

#[derive(Default)]
#[repr(align(128))]
struct SideBySide([AtomicU64; 4]);

fn count(name: &str, counters: [&AtomicU64; 4]) {
    thread::scope(|s| {
        for counter in counters {
            s.spawn(move || {
                for _line in 0..1000 {
                    counter.fetch_add(1, Relaxed);
                }
            });
        }
    });
    println!("{name}:");
    let place = |counter| std::ptr::from_ref::<AtomicU64>(counter).addr();
    let first = place(counters[0]);
    assert_eq!(first % LINE, 0);
    for (i, counter) in counters.into_iter().enumerate() {
        let (line, byte) =
            ((place(counter) - first) / LINE, place(counter) % LINE);
        println!("  counter {i}: line {line}, byte {byte}");
    }
    let total: u64 = counters.iter().map(|counter| counter.load(Relaxed)).sum();
    println!("  together {total}");
}

fn main() {
    let near = SideBySide::default();
    count("side by side", near.0.each_ref());
    let padded = [const { CachePadded::new(AtomicU64::new(0)) }; 4];
    count("padded", padded.each_ref().map(|counter| &**counter));
    let size = size_of::<CachePadded<AtomicU64>>();
    println!("a padded counter takes {size} bytes");
}
