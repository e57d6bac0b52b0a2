//! Two threads count visits in one plain number.
//@ error: E0499
//@ repair: keep_every_visit

use std::thread;

fn main() {
    let mut visits = 0;
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                //~^ E0499
                for _ in 0..100 {
                    visits += 1;
                }
            });
        }
    });
    println!("{visits} visits");
}
