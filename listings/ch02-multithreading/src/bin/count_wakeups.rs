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

fn take(
    bay: &Mutex<Bay>,
    not_empty: &Condvar,
    progress: &Condvar,
) -> Option<u32> {
    let mut bay = bay.lock().unwrap();
    while bay.crates.is_empty() && !bay.closed {
        bay.waits += 1;
        progress.notify_one();
        bay = not_empty.wait(bay).unwrap();
        bay.wakeups += 1;
    }
    bay.crates.pop_front()
}

/// How many wakeups it takes if `notify` wakes `woken` consumers for a crate.
fn count(woken: u32, notify: fn(&Condvar)) -> u32 {
    let bay = Mutex::new(Bay::default());
    let (not_empty, progress) = (Condvar::new(), Condvar::new());
    thread::scope(|scope| {
        for _ in 0..CONSUMERS {
            scope.spawn(
                || {
                    while take(&bay, &not_empty, &progress).is_some() {}
                },
            );
        }
        // `waits - wakeups` consumers are in `wait`. Some of them may have
        // been notified and not have run yet: hence the `target`.
        let all_asleep = |target| {
            let busy = |bay: &mut Bay| {
                bay.waits < target
                    || bay.waits - bay.wakeups < CONSUMERS
                    || !bay.crates.is_empty()
            };
            progress.wait_while(bay.lock().unwrap(), busy).unwrap()
        };
        let mut target = CONSUMERS;
        for item in 0..CRATES {
            let mut bay = all_asleep(target);
            bay.crates.push_back(item);
            // Each consumer that is woken waits once more.
            target = bay.waits + woken;
            drop(bay);
            notify(&not_empty);
        }
        let mut bay = all_asleep(target);
        bay.closed = true;
        not_empty.notify_all();
        bay.wakeups
    })
}

fn main() {
    let one = count(1, Condvar::notify_one);
    let all = count(CONSUMERS, Condvar::notify_all);
    println!("{CRATES} crates, notify_one: ~{one} wakeups");
    println!("{CRATES} crates, notify_all: ~{all} wakeups");
}
