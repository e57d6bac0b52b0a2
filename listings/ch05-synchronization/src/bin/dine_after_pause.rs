//! The same at the same pace, but whoever fails sits out a random number of
//! rounds, and more of them after each failure.

use fastrand::Rng;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread;

const SEATS: usize = 5;

fn main() {
    let forks: [Mutex<()>; SEATS] = Default::default();
    let meals = AtomicUsize::new(0);
    let pace = Barrier::new(SEATS);
    let dine = &|seat: usize| {
        let mut luck = Rng::with_seed(seat as u64);
        let (mut round, mut failures, mut pause) = (0, 0_u32, 0);
        let mut hungry = true;
        // All see the same number: it changes between the two `wait`s alone.
        while meals.load(Relaxed) < SEATS {
            round += 1;
            let tries = hungry && pause == 0;
            pause -= u32::from(pause > 0);
            let left = tries.then(|| forks[seat].lock().unwrap());
            pace.wait();
            if tries {
                if let Ok(_right) = forks[(seat + 1) % SEATS].try_lock() {
                    meals.fetch_add(1, Relaxed);
                    hungry = false;
                } else {
                    failures += 1;
                    pause = luck.u32(0..1 << failures.min(4));
                }
            }
            pace.wait();
            drop(left);
        }
        round
    };
    let rounds: Vec<u32> = thread::scope(|s| {
        let start = |seat| s.spawn(move || dine(seat));
        let philosophers: Vec<_> = (0..SEATS).map(start).collect();
        philosophers
            .into_iter()
            .map(|p| p.join().unwrap())
            .collect()
    });
    println!("{} meals in ~{} rounds", meals.into_inner(), rounds[0]);
}
