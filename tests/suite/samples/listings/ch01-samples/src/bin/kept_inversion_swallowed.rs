//! A sample: a thread that panics, and is not asked, hides no inversion.
//@ inversion
//@ repair: kept_order_tried

use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let filled = Condvar::new();
    let (slot, log) = (Mutex::new(0), Mutex::new(0));
    let panicked = thread::scope(|s| {
        let wait = || {
            let slot = slot.lock().unwrap();
            // It takes the slot again while it holds the log.
            let _log = log.lock().unwrap();
            let _woken = filled.wait_timeout(slot, Duration::from_millis(1));
            panic!("not heard");
        };
        s.spawn(wait).join().is_err()
    });
    println!("{panicked}");
}
