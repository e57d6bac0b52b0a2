//! One thread publishes the totals of the day, while another looks for them.

use ch02_multithreading::published::Published;
use std::sync::Arc;
use std::thread;

/// The bytes of each answer in the day's log.
const SIZES: [u64; 4] = [5120, 640, 1024, 1216];

struct Totals {
    requests: u64,
    bytes: u64,
}

fn main() {
    let slot = Arc::new(Published::new());
    let writer = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            let requests = SIZES.len() as u64;
            let bytes = SIZES.iter().sum();
            let first = slot.set(Totals { requests, bytes });
            assert!(first.is_ok(), "nobody else publishes");
        }
    });
    let totals = loop {
        match slot.get() {
            Some(totals) => break totals,
            None => thread::yield_now(),
        }
    };
    println!("{} bytes a request", totals.bytes / totals.requests);
    writer.join().unwrap();
}
