//! Threads that answer questions wait until the price is loaded.

use ch05_synchronization::event::Event;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

fn main() {
    let loaded = Event::new();
    let price = AtomicU32::new(0);
    let answer = |pieces| {
        loaded.wait();
        pieces * price.load(Relaxed)
    };

    let in_time = loaded.wait_timeout(Duration::from_millis(1));
    println!("loaded: {in_time}");
    let answers = thread::scope(|scope| {
        let threads = [1, 2, 3].map(|n| scope.spawn(move || answer(n)));
        // Seen by all who go on because of `set`.
        price.store(21, Relaxed);
        loaded.set();
        threads.map(|thread| thread.join().unwrap())
    });
    println!("loaded: {}", loaded.is_set());
    println!("answers: {answers:?}");
}
