//! Two threads call one handler, which assigns to what it has captured.
//@ error: E0594
//@ repair: count_requests

use std::thread;

fn serve(handler: impl Fn() + Sync) {
    thread::scope(|s| {
        s.spawn(&handler);
        s.spawn(&handler);
    });
}

fn main() {
    let mut hits = 0;
    serve(|| hits += 1); //~ E0594
    println!("{hits} hits");
}
