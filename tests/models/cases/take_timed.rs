// A consumer whose time is up takes no item, and no other consumer's wakeup.
//@ source: ch02-multithreading/src/loading_bay.rs
//@ shuttle: 3000
//
// Woken for the item, it looks at the clock first and goes away.
//@ broken: clock_before_item
//@ replace: if waited.timed_out() && empty && !state.closed {
//@ with: if started.elapsed() >= timeout && (waited.timed_out() || empty || !state.closed) {
//@ shuttle says: deadlock!
//
//@ broken: no_loop
//@ replace: while state.items.is_empty() && !state.closed {\n            let left
//@ with: if state.items.is_empty() && !state.closed {\n            let left
//@ shuttle says: woken to nothing

use loading_bay::LoadingBay;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(1);

/// One consumer waits for so long, another for as long as it takes.
pub fn model() {
    let bay = Arc::new(LoadingBay::new(1));
    let hurried = thread::spawn({
        let bay = Arc::clone(&bay);
        move || match bay.take_timeout(LIMIT) {
            Ok(item) => item.expect("woken to nothing"),
            Err(_) => 0,
        }
    });
    let patient = thread::spawn({
        let bay = Arc::clone(&bay);
        move || bay.take().unwrap()
    });
    thread::sleep(LIMIT);
    bay.put(1).unwrap();
    let mut taken = hurried.join().unwrap();
    if taken == 1 {
        bay.put(2).unwrap();
    }
    taken += patient.join().unwrap();
    assert!(taken == 1 || taken == 3, "an item was lost");
}
