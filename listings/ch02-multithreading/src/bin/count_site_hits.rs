//! Four threads add to one atomic, a hit in one indivisible step.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let hits = AtomicU32::new(0);
    let serve = || {
        for _ in 0..1000 {
            // Relaxed: no addition is lost under any ordering, and nobody
            // concludes anything else from this number.
            hits.fetch_add(1, Relaxed);
        }
    };
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(serve);
        }
    });
    // Relaxed: the end of the scope has joined all threads.
    println!("4000 requests, hits: {}", hits.load(Relaxed));
}
