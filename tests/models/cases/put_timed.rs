// A producer whose time is up keeps its item, and takes nobody's wakeup.
//@ source: ch02-multithreading/src/loading_bay.rs
//@ shuttle: 3000
//
// Woken for the room, it looks at the clock first and goes away.
//@ broken: clock_before_room
//@ replace: if waited.timed_out() && full && !state.closed {
//@ with: if started.elapsed() >= timeout && (waited.timed_out() || full || !state.closed) {
//@ shuttle says: deadlock!
//
//@ broken: no_loop
//@ replace: while state.items.len() == self.capacity && !state.closed {\n            // A wakeup
//@ with: if state.items.len() == self.capacity && !state.closed {\n            // A wakeup
//@ shuttle says: over the capacity

use loading_bay::{LoadingBay, Refused};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(1);

/// One producer waits for so long, another for as long as it takes.
pub fn model() {
    let bay = Arc::new(LoadingBay::new(1));
    bay.put(1).unwrap();
    let hurried = thread::spawn({
        let bay = Arc::clone(&bay);
        move || {
            let put = bay.put_timeout(2, LIMIT);
            assert!(bay.len() <= 1, "over the capacity");
            match put {
                Ok(()) => true,
                Err(refused) => {
                    assert_eq!(refused, Refused::Full(2));
                    false
                }
            }
        }
    });
    let patient = thread::spawn({
        let bay = Arc::clone(&bay);
        move || {
            bay.put(3).unwrap();
            assert!(bay.len() <= 1, "over the capacity");
        }
    });
    thread::sleep(LIMIT);
    let mut taken = bay.take().unwrap();
    let in_time = hurried.join().unwrap();
    if in_time {
        taken += bay.take().unwrap();
    }
    patient.join().unwrap();
    taken += bay.take().unwrap();
    assert_eq!(taken, if in_time { 6 } else { 4 }, "an item was lost");
}
