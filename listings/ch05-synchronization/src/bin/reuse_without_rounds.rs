//! A barrier that only counts: who wakes up late finds the next round's count,
//! and sleeps on.
//@ deadlock
//@ repair: evolve_by_threads

use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

#[derive(Default)]
struct Barrier {
    arrived: Mutex<usize>,
    all_here: Condvar,
}

impl Barrier {
    const PARTIES: usize = 2;

    /// Takes and returns the lock's guard, so that `main` can decide who gets
    /// it next.
    fn wait<'a>(
        &'a self,
        mut arrived: MutexGuard<'a, usize>,
    ) -> MutexGuard<'a, usize> {
        *arrived += 1;
        if *arrived == Barrier::PARTIES {
            *arrived = 0;
            self.all_here.notify_all();
        }
        while *arrived != 0 {
            arrived = self.all_here.wait(arrived).unwrap();
        }
        arrived
    }
}

fn main() {
    let barrier = Barrier::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..2 {
                drop(barrier.wait(barrier.arrived.lock().unwrap()));
            }
        });
        while *barrier.arrived.lock().unwrap() == 0 {
            thread::yield_now();
        }
        // The quicker thread: in the second round before the other is awake.
        let mut arrived = barrier.arrived.lock().unwrap();
        for round in 1..=2 {
            println!("arrived in round {round}");
            arrived = barrier.wait(arrived);
        }
    });
    println!("two rounds");
}
