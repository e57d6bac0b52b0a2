//! A sample.
//@ deadlock
//@ timeout: 500ms
//@ repair: kept_plain

use std::ffi::c_int;
use std::io::Read;
use std::os::fd::FromRawFd;

unsafe extern "C" {
    fn timerfd_create(clock: c_int, flags: c_int) -> c_int;
}

fn main() {
    println!("waits for a timer");
    // SAFETY: the call has no precondition; the new descriptor is owned here.
    let mut timer = unsafe { std::fs::File::from_raw_fd(timerfd_create(1, 0)) };
    let mut ticks = [0; 8];
    timer.read_exact(&mut ticks).expect("it is never set");
}
