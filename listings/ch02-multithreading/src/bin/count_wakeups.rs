//! Four consumers and a crate at a time: how many wake up for it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

const CONSUMERS: u32 = 4;
const CRATES: u32 = 100;

#[derive(Default)]
struct Bay {
    crates: VecDeque<u32>,
    closed: bool,
    waits: u32,
    wakeups: u32,
}

fn take(bay: &Mutex<Bay>, not_empty: &Condvar, moved: &Condvar) -> Option<u32> {
    let mut bay = bay.lock().unwrap();
    while bay.crates.is_empty() && !bay.closed {
        bay.waits += 1;
        moved.notify_one();
        bay = not_empty.wait(bay).unwrap();
        bay.wakeups += 1;
    }
    bay.crates.pop_front()
}

/// How many wakeups it takes if `notify` wakes `woken` consumers for a crate.
fn count(woken: u32, notify: fn(&Condvar)) -> u32 {
    let bay = Mutex::new(Bay::default());
    let (not_empty, moved) = (Condvar::new(), Condvar::new());
    thread::scope(|scope| {
        for _ in 0..CONSUMERS {
            scope.spawn(|| while take(&bay, &not_empty, &moved).is_some() {});
        }
        // Each crate comes when all consumers are asleep.
        let asleep = |waits| {
            let bay = bay.lock().unwrap();
            moved.wait_while(bay, |bay| bay.waits < waits).unwrap()
        };
        for item in 0..CRATES {
            asleep(CONSUMERS + item * woken).crates.push_back(item);
            notify(&not_empty);
        }
        let mut last = asleep(CONSUMERS + CRATES * woken);
        last.closed = true;
        not_empty.notify_all();
        last.wakeups
    })
}

fn main() {
    let one = count(1, Condvar::notify_one);
    let all = count(CONSUMERS, Condvar::notify_all);
    println!("{CRATES} crates, notify_one: ~{one} wakeups");
    println!("{CRATES} crates, notify_all: ~{all} wakeups");
}
