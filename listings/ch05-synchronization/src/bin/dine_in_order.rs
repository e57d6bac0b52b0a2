//! Five philosophers share five forks. Each takes the fork with the lower
//! number first.

use std::sync::Mutex;
use std::thread;

const SEATS: usize = 5;
const MEALS: u32 = 100;

fn main() {
    // A fork counts the meals that it was used for.
    let forks: [Mutex<u32>; SEATS] = Default::default();
    thread::scope(|s| {
        for seat in 0..SEATS {
            let forks = &forks;
            s.spawn(move || {
                let (left, right) = (seat, (seat + 1) % SEATS);
                // Left for all but the last one, whose right fork is number 0.
                let (first, second) = if left < right {
                    (left, right)
                } else {
                    (right, left)
                };
                for _ in 0..MEALS {
                    let mut first = forks[first].lock().unwrap();
                    let mut second = forks[second].lock().unwrap();
                    *first += 1;
                    *second += 1;
                }
            });
        }
    });
    let used = forks.map(|fork| fork.into_inner().unwrap());
    println!("forks were used {used:?} times");
    println!("{} meals", used.iter().sum::<u32>() / 2);
}
