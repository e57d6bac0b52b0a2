//! Producer and consumers wait on one condition; each notifies one waiter.
//@ deadlock
//@ repair: unload_truck

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

const CONSUMERS: usize = 3;
const CRATES: usize = 30;

#[derive(Default)]
struct Bay {
    crates: VecDeque<usize>,
    waiting: usize,
}

fn take(bay: &Mutex<Bay>, changed: &Condvar, asleep: &Condvar) {
    let mut bay = bay.lock().unwrap();
    while bay.crates.is_empty() {
        bay.waiting += 1;
        asleep.notify_one();
        bay = changed.wait(bay).unwrap();
    }
    bay.crates.pop_front();
    changed.notify_one();
}

fn main() {
    let bay = Mutex::new(Bay::default());
    let (changed, asleep) = (Condvar::new(), Condvar::new());
    thread::scope(|scope| {
        for _ in 0..CONSUMERS {
            scope.spawn(|| {
                for _ in 0..CRATES / CONSUMERS {
                    take(&bay, &changed, &asleep);
                }
            });
        }
        let mut bay = bay.lock().unwrap();
        while bay.waiting < CONSUMERS {
            bay = asleep.wait(bay).unwrap();
        }
        println!("{CONSUMERS} consumers wait");
        for item in 0..CRATES {
            // Room for one crate: after the first, this waits behind those
            // consumers that were not notified.
            while !bay.crates.is_empty() {
                bay = changed.wait(bay).unwrap();
            }
            bay.crates.push_back(item);
            changed.notify_one();
        }
    });
    println!("{CRATES} crates unloaded");
}
