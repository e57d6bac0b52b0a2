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
        let mut open = bay.lock().unwrap();
        while open.waiting < CONSUMERS {
            open = asleep.wait(open).unwrap();
        }
        println!("{CONSUMERS} consumers wait");
        for item in 0..CRATES {
            // Room for one crate: after the first one, this waits for the
            // consumer that was notified, behind those that were not.
            while !open.crates.is_empty() {
                open = changed.wait(open).unwrap();
            }
            open.crates.push_back(item);
            changed.notify_one();
        }
    });
    println!("{CRATES} crates unloaded");
}
