//! The bell rings before anybody listens, and nobody remembers it.
//@ deadlock
//@ repair: wait_for_prices

use std::sync::{Condvar, Mutex};
use std::thread;

fn main() {
    let lock = Mutex::new(());
    let loaded = Condvar::new();
    loaded.notify_all();
    println!("loaded");
    thread::scope(|scope| {
        scope.spawn(|| {
            let guard = lock.lock().unwrap();
            drop(loaded.wait(guard));
            println!("answered");
        });
    });
}
