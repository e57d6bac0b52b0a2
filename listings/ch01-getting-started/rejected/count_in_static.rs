//! Two threads change a global variable.
//@ error: E0133
//@ repair: count_requests

use std::thread;

static mut HITS: u32 = 0;

fn handle() {
    HITS += 1; //~ E0133
}

fn main() {
    thread::scope(|s| {
        s.spawn(handle);
        s.spawn(handle);
    });
}
