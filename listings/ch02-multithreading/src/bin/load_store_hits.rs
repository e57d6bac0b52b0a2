//! Load, add, store: each step is atomic, and half of the hits are lost.
//@ loses: 200
//@ repair: count_site_hits

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let hits = AtomicU32::new(0);
    let both_have_loaded = Barrier::new(2);
    let serve = || {
        for _ in 0..100 {
            let seen = hits.load(Relaxed);
            both_have_loaded.wait();
            hits.store(seen + 1, Relaxed);
        }
    };
    thread::scope(|s| {
        s.spawn(serve);
        s.spawn(serve);
    });
    println!("200 requests, hits: {}", hits.load(Relaxed));
}
