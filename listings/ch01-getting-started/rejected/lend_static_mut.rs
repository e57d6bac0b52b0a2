//! Two threads hold exclusive references to one global variable.
//@ error: static_mut_refs
//@ repair: count_requests

use std::thread;

static mut HITS: u32 = 0;

fn bump(hits: &mut u32) {
    *hits += 1;
}

fn handle() {
    // UNSOUND: another thread may have such a reference at the same time.
    bump(unsafe { &mut HITS }); //~ static_mut_refs
}

fn main() {
    thread::scope(|s| {
        s.spawn(handle);
        s.spawn(handle);
    });
}
