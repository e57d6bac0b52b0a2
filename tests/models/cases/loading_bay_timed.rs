// An item that did not arrive in time is still the producer's.
//@ source: ch02-multithreading/src/loading_bay.rs
//@ shuttle: 3000
//
// Woken for the item, the consumer looks at the clock and goes away.
//@ broken: clock_before_item
//@ replace: if waited.timed_out() && empty && !state.closed {
//@ with: if started.elapsed() >= timeout && (waited.timed_out() || empty || !state.closed) {
//@ shuttle says: deadlock!
//
//@ broken: put_without_loop
//@ replace: while state.items.len() == self.capacity && !state.closed {\n            // A wakeup
//@ with: if state.items.len() == self.capacity && !state.closed {\n            // A wakeup
//@ shuttle says: over the capacity

use loading_bay::{LoadingBay, Refused};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(1);

/// A consumer waits for so long, another for as long as it takes; two
/// producers bring what there is room for in time.
pub fn model() {
    let bay = Arc::new(LoadingBay::new(1));
    let hurried = thread::spawn({
        let bay = Arc::clone(&bay);
        move || bay.take_timeout(LIMIT).ok().flatten().unwrap_or(0)
    });
    let patient = thread::spawn({
        let bay = Arc::clone(&bay);
        move || {
            let mut sum = 0;
            loop {
                assert!(bay.len() <= 1, "over the capacity");
                let Some(item) = bay.take() else { break sum };
                sum += item;
            }
        }
    });
    let producers = [1, 2].map(|item| {
        let bay = Arc::clone(&bay);
        thread::spawn(move || {
            thread::sleep(LIMIT);
            match bay.put_timeout(item, LIMIT) {
                Ok(()) => item,
                Err(Refused::Full(item)) => {
                    assert!(item > 0);
                    0
                }
                Err(Refused::Closed(_)) => panic!("nobody has closed it"),
            }
        })
    });
    let brought: u32 = producers.map(|p| p.join().unwrap()).iter().sum();
    while bay.len() > 0 {
        thread::yield_now();
    }
    bay.close();
    let taken = hurried.join().unwrap() + patient.join().unwrap();
    assert_eq!(taken, brought, "an item was lost");
}
