//! Each thread locks for itself, and keeps the guard until it has counted.

use std::sync::Mutex;
use std::thread;

static HITS: Mutex<u32> = Mutex::new(0);

fn handle() {
    let mut hits = HITS.lock().unwrap();
    *hits += 1;
}

fn main() {
    thread::scope(|s| {
        s.spawn(handle);
        s.spawn(handle);
    });
    println!("2 requests, hits: {}", HITS.lock().unwrap());
}
