//! A thread saves the table as it is now, while another one is changing it.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

fn main() {
    let table = Mutex::new(Arc::new(vec![7_u64; 1000]));
    let now = || Arc::clone(&table.lock().unwrap());
    let barrier = Barrier::new(2);
    thread::scope(|s| {
        s.spawn(|| {
            // Only this thread changes the table, in a copy of its own.
            let mut next = now().to_vec();
            next[..500].fill(8);
            barrier.wait();
            // The snapshot comes between these two.
            barrier.wait();
            next[500..].fill(8);
            *table.lock().unwrap() = Arc::new(next);
        });
        s.spawn(|| {
            barrier.wait();
            let snapshot = now();
            barrier.wait();
            println!("saver: saves {}", snapshot.iter().sum::<u64>());
        });
    });
    println!("the table is at {}", now().iter().sum::<u64>());
}
