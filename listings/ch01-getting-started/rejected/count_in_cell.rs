//! Two threads change one `Cell`, each through a shared reference.
//@ error: E0277
//@ repair: count_requests

use std::cell::Cell;
use std::thread;

fn serve(handler: impl Fn() + Sync) {
    thread::scope(|s| {
        s.spawn(&handler);
        s.spawn(&handler);
    });
}

fn main() {
    let hits = Cell::new(0);
    serve(|| hits.set(hits.get() + 1)); //~ E0277
    println!("{} hits", hits.get());
}
