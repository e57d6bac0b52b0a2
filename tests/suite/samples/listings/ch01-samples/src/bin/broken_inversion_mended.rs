//! A sample.
//@ inversion
//@ repair: kept_order_tried

use std::sync::Mutex;
use std::thread;

fn main() {
    let (jobs, results) = (Mutex::new(0), Mutex::new(0));
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                let mut jobs = jobs.lock().unwrap();
                let mut results = results.lock().unwrap();
                *jobs += 1;
                *results += 1;
            });
        }
    });
    println!("counted");
}
