//! A canary: what std puts in order, ThreadSanitizer must not call a race.

use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

fn main() {
    // The last owner frees what the other one read, without a lock.
    let mut read = 0;
    for _ in 0..20 {
        let start = Arc::new(Barrier::new(2));
        let shared = Arc::new(vec![1; 10]);
        let owners = [(start.clone(), shared.clone()), (start, shared)];
        let owners = owners.map(|(start, shared)| {
            thread::spawn(move || {
                start.wait();
                shared.iter().sum::<u32>()
            })
        });
        read += owners.map(|owner| owner.join().unwrap()).iter().sum::<u32>();
    }

    // What is sent is read by the receiver; what a scope's threads write
    // under a lock is read after the scope.
    let (sender, receiver) = mpsc::channel();
    let total = Mutex::new(0);
    thread::scope(|s| {
        for part in 0..4 {
            let sender = sender.clone();
            s.spawn(move || sender.send(vec![part; 100]).unwrap());
        }
        drop(sender);
        let total = &total;
        for part in receiver {
            s.spawn(move || *total.lock().unwrap() += part.iter().sum::<u32>());
        }
    });
    println!("{read} read, {} received", total.into_inner().unwrap());
}
