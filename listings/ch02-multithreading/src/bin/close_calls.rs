//! tokio's semaphore in threads, without a runtime: closing it sends those
//! home that still wait.

use std::sync::Barrier;
use std::thread;
use tokio::sync::Semaphore;

fn main() {
    let calls = Semaphore::new(3);
    let all_inside = Barrier::new(4);
    let closed = Barrier::new(4);

    let ask = || -> bool {
        let Ok(_permit) = calls.blocking_acquire() else {
            return false;
        };
        all_inside.wait();
        closed.wait();
        true
    };
    let made = thread::scope(|scope| {
        let threads = [(); 8].map(|()| scope.spawn(ask));
        // The shutdown begins while three calls are in flight.
        all_inside.wait();
        calls.close();
        closed.wait();
        let made = threads.map(|thread| thread.join().unwrap());
        made.iter().filter(|&&made| made).count()
    });
    println!("{made} calls ended, {} were not begun", 8 - made);
    println!("permits free: {}", calls.available_permits());
}
