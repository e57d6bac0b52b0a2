//! Nine threads ask a price service that bears three calls at once.

use ch02_multithreading::semaphore::Semaphore;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let calls = Semaphore::new(3);
    let in_flight = AtomicU32::new(0);
    let greatest = AtomicU32::new(0);
    // Stands for the call; holds each caller until three are inside, so the
    // peak is reached in every run. It needs a multiple of three calls.
    let three_inside = Barrier::new(3);

    let ask = |item: u32| -> u32 {
        let _permit = calls.acquire();
        let now = in_flight.fetch_add(1, Relaxed) + 1;
        greatest.fetch_max(now, Relaxed);
        three_inside.wait();
        in_flight.fetch_sub(1, Relaxed);
        100 + item
    };
    let prices = thread::scope(|scope| {
        let threads = [1, 2, 3, 4, 5, 6, 7, 8, 9]
            .map(|item| scope.spawn(move || ask(item)));
        threads.map(|thread| thread.join().unwrap())
    });
    println!("9 prices, together {}", prices.iter().sum::<u32>());
    println!("greatest number in flight: {}", greatest.into_inner());
}
