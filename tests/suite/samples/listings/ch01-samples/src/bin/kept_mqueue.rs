//! A sample.
//@ leaks: mqueue
//@ repair: kept_plain

use std::ffi::{c_char, c_int};

unsafe extern "C" {
    fn mq_open(name: *const c_char, flags: c_int, ...) -> c_int;
}

fn main() {
    let none: *const u8 = std::ptr::null();
    // SAFETY: the name ends with a null; O_CREAT takes a mode and attributes.
    let queue = unsafe { mq_open(c"/kept_mqueue".as_ptr(), 0o102, 0o600, none) };
    assert!(queue >= 0);
    println!("a queue is open");
}
