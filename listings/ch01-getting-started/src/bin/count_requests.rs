//! Two threads add to one counter, in one indivisible step each.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn serve(handler: impl Fn() + Sync) {
    thread::scope(|s| {
        s.spawn(&handler);
        s.spawn(&handler);
    });
}

fn main() {
    let hits = AtomicU32::new(0);
    // Relaxed is enough: the counter guards nothing else, and the end of
    // the scope makes both additions visible here.
    serve(|| {
        hits.fetch_add(1, Relaxed);
    });
    println!("{} hits", hits.load(Relaxed));
}
