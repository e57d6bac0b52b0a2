//! One thread publishes the totals of the day; two others wait to see them.

use ch02_multithreading::published::Published;
use std::thread;

struct Totals {
    requests: u64,
    bytes: u64,
}

fn main() {
    let totals = Published::new();
    let read = || {
        while totals.get().is_none() {
            thread::yield_now();
        }
        let totals: &Totals = totals.get().expect("it was there");
        totals.bytes / totals.requests
    };
    thread::scope(|s| {
        let readers = [s.spawn(read), s.spawn(read)];
        s.spawn(|| {
            let bytes = (1..=1000).sum();
            let first = totals.set(Totals {
                requests: 1000,
                bytes,
            });
            assert!(first.is_ok(), "nobody else publishes");
        });
        for reader in readers {
            println!("{} bytes a request", reader.join().unwrap());
        }
    });
}
