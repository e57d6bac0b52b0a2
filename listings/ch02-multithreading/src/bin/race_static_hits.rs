//! Four threads add to a `static mut`, and nothing puts them in order.
//@ races
//@ repair: count_site_hits
//@ twin: none (each read and write in Python holds the GIL)

use std::sync::Barrier;
use std::thread;

static mut HITS: u32 = 0;

fn main() {
    let start = Barrier::new(4);
    let serve = || {
        start.wait();
        for _ in 0..1000 {
            // SAFETY: none. UNSOUND: the other threads do so at once.
            unsafe { HITS += 1 };
        }
    };
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(serve);
        }
    });
    // SAFETY: the scope has ended, so this thread is the only one.
    let hits = unsafe { HITS };
    println!("4000 requests, hits: ~{hits}");
}
