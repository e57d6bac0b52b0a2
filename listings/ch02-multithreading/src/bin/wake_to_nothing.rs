//! Two consumers are woken for one crate, and look for it with `if`.
//@ exit: 101
//@ repair: count_wakeups

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Bay {
    crates: VecDeque<u32>,
    waits: u32,
    wakeups: u32,
}

fn take(
    bay: &Mutex<Bay>,
    not_empty: &Condvar,
    progress: &Condvar,
) -> Option<u32> {
    let mut bay = bay.lock().unwrap();
    if bay.crates.is_empty() {
        bay.waits += 1;
        progress.notify_one();
        bay = not_empty.wait(bay).unwrap();
        bay.wakeups += 1;
        progress.notify_one();
    }
    bay.crates.pop_front()
}

fn main() {
    let bay = Mutex::new(Bay::default());
    let (not_empty, progress) = (Condvar::new(), Condvar::new());

    let taken = thread::scope(|scope| {
        let consumers = [(); 2].map(|()| {
            scope.spawn(|| take(&bay, &not_empty, &progress).is_some())
        });

        let mut bay = bay.lock().unwrap();
        while bay.waits < 2 {
            bay = progress.wait(bay).unwrap();
        }
        bay.crates.push_back(1);
        not_empty.notify_all();
        // The second crate comes when both have been woken for the first.
        while bay.wakeups < 2 {
            bay = progress.wait(bay).unwrap();
        }
        bay.crates.push_back(2);
        not_empty.notify_one();
        drop(bay);

        let taken = consumers.map(|consumer| consumer.join().unwrap());
        taken.iter().filter(|&&taken| taken).count()
    });
    println!("2 crates came, {taken} taken");
    assert_eq!(taken, 2, "a consumer was woken and found nothing");
}
