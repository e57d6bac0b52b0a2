//! Each of five philosophers takes the left fork, and waits for the right one.
//@ deadlock
//@ repair: dine_in_order

use std::sync::{Barrier, Mutex};
use std::thread;

const SEATS: usize = 5;

fn main() {
    let forks: [Mutex<u32>; SEATS] = Default::default();
    let all_have_one = Barrier::new(SEATS);
    println!("{SEATS} forks on the table");
    thread::scope(|s| {
        for seat in 0..SEATS {
            let (forks, all_have_one) = (&forks, &all_have_one);
            s.spawn(move || {
                let mut left = forks[seat].lock().unwrap();
                all_have_one.wait();
                let mut right = forks[(seat + 1) % SEATS].lock().unwrap();
                *left += 1;
                *right += 1;
            });
        }
    });
    println!("all have eaten");
}
