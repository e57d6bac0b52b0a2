//! A sample: the inversion that it promises locks it up.
//@ inversion
//@ repair: kept_order_tried

use std::sync::{Barrier, Mutex};
use std::thread;

fn main() {
    let (jobs, results) = (Mutex::new(0), Mutex::new(0));
    let both = Barrier::new(2);
    let take = |first: &Mutex<u32>, second: &Mutex<u32>| {
        let first = first.lock().unwrap();
        both.wait();
        println!("{}", *first + *second.lock().unwrap());
    };
    thread::scope(|s| {
        s.spawn(|| take(&jobs, &results));
        s.spawn(|| take(&results, &jobs));
    });
}
