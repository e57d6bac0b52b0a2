// A wait that times out takes no permit, and no other waiter's wakeup.
//@ source: ch02-multithreading/src/semaphore.rs
//@ shuttle: 3000
//
// Woken for the permit, it looks at the clock first and goes away.
//@ broken: clock_before_permit
//@ replace: if waited.timed_out() && *free == 0 {
//@ with: if waited.timed_out() || started.elapsed() >= timeout {
//@ shuttle says: deadlock!
//
//@ broken: no_loop
//@ replace: while *free == 0 {\n            // A wakeup
//@ with: if *free == 0 {\n            // A wakeup
//@ shuttle says: attempt to subtract with overflow

use semaphore::Semaphore;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(1);

/// One waits for so long, two wait for as long as it takes.
pub fn model() {
    let calls = Arc::new(Semaphore::new(1));
    let held = calls.acquire();
    let hurried = thread::spawn({
        let calls = Arc::clone(&calls);
        move || calls.acquire_timeout(LIMIT).is_some()
    });
    let patient = [(); 2].map(|()| {
        let calls = Arc::clone(&calls);
        thread::spawn(move || drop(calls.acquire()))
    });
    thread::sleep(LIMIT);
    drop(held);
    for thread in patient {
        thread.join().unwrap();
    }
    hurried.join().unwrap();
    assert_eq!(calls.available(), 1);
}
