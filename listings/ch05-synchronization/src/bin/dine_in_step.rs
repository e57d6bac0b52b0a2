//! Whoever does not get the right fork puts the left one back and tries again,
//! and all do so at one pace.
//@ hangs: 1s
//@ repair: dine_after_pause

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread;

const SEATS: usize = 5;

fn main() {
    let forks: [Mutex<()>; SEATS] = Default::default();
    let meals = AtomicUsize::new(0);
    let pace = Barrier::new(SEATS);
    let dine = &|seat: usize| {
        let mut round = 0;
        // All see the same number: it changes between the two `wait`s alone.
        while meals.load(Relaxed) < SEATS {
            round += 1;
            let left = forks[seat].lock().unwrap();
            pace.wait();
            if let Ok(_right) = forks[(seat + 1) % SEATS].try_lock() {
                meals.fetch_add(1, Relaxed);
            }
            if pace.wait().is_leader() && round == 100 {
                println!("{} meals in {round} rounds", meals.load(Relaxed));
            }
            drop(left);
        }
    };
    thread::scope(|s| {
        for seat in 0..SEATS {
            s.spawn(move || dine(seat));
        }
    });
    println!("all have eaten");
}
