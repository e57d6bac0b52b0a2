//! The lock is released in the line that takes it.
//@ error: let_underscore_lock
//@ repair: hold_the_guard

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static HITS: AtomicU32 = AtomicU32::new(0);

fn handle() {
    let _ = LOCK.lock().unwrap(); //~ let_underscore_lock
    let before = HITS.load(Relaxed);
    HITS.store(before + 1, Relaxed);
}

fn main() {
    thread::scope(|s| {
        s.spawn(handle);
        s.spawn(handle);
    });
    println!("2 requests, hits: {}", HITS.load(Relaxed));
}
