//! Two threads count visits in one number, which a lock owns.

use std::sync::Mutex;
use std::thread;

fn main() {
    let visits = Mutex::new(0);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                for _ in 0..100 {
                    *visits.lock().unwrap() += 1;
                }
            });
        }
    });
    println!("{} visits", visits.into_inner().unwrap());
}
