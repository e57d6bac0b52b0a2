//! A sample.
//@ races
//@ repair: canary_clean

use std::sync::Mutex;
use std::thread;

fn main() {
    let counter = Mutex::new(0);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| *counter.lock().unwrap() += 1);
        }
    });
    println!("counted");
}
