//! A sample.
//@ races
//@ repair: canary_clean

use std::cell::UnsafeCell;
use std::sync::Barrier;
use std::thread;

struct Slot(UnsafeCell<&'static str>);

// SAFETY: none; that is the race.
unsafe impl Sync for Slot {}

fn main() {
    let slot = Slot(UnsafeCell::new("empty"));
    let start = Barrier::new(2);
    let fill = || {
        let slot = &slot;
        start.wait();
        // SAFETY: none, as above.
        unsafe { *slot.0.get() = "full" };
    };
    thread::scope(|s| {
        s.spawn(fill);
        s.spawn(fill);
    });
    println!("{}", slot.0.into_inner());
}
