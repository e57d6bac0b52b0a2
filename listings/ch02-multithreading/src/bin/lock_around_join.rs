//! A worker waits for rayon with a lock in its hands, and meets the lock again.
//@ deadlock
//@ repair: join_before_lock

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::{Barrier, Mutex, OnceLock};

fn words(text: &str) -> usize {
    text.split(' ').count()
}

fn main() -> Result<(), ThreadPoolBuildError> {
    let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    let total = Mutex::new(0);
    let worker_of_1 = OnceLock::new();
    // Two threads pass each of these together: so every run is the same run.
    let halves = Barrier::new(2);
    let next_request = Barrier::new(2);
    let request_taken = Barrier::new(2);

    pool.in_place_scope(|s| {
        s.spawn(|_| {
            let mut total = total.lock().unwrap();
            println!("request 1: has the lock, counts two halves");
            worker_of_1
                .set(rayon::current_thread_index())
                .expect("set once");
            let left = || {
                halves.wait();
                words("wait for the lock")
            };
            let right = || {
                halves.wait();
                next_request.wait();
                request_taken.wait();
                words("wake the other thread")
            };
            let (left, right) = rayon::join(left, right);
            *total += left + right;
        });
        next_request.wait();
        s.spawn(|_| {
            request_taken.wait();
            let own = rayon::current_thread_index();
            let same = worker_of_1.get() == Some(&own);
            println!("request 2: on the worker of request 1: {same}");
            *total.lock().unwrap() += words("join both");
        });
    });
    println!("{} words", total.into_inner().unwrap());
    Ok(())
}
