// Who sees the flag sees the totals, if the flag is stored and loaded so.
//@ source: ch02-multithreading/src/bin/publish_daily_totals.rs
//@ source: ch02-multithreading/src/published.rs
//@ loom: 3
//@ shuttle: 1000
//
//@ broken: relaxed
//@ instead: ch02-multithreading/src/bin/publish_relaxed_totals.rs
//@ loom says: Causality violation
//@ blind: shuttle
//
// The orders are all that it lacks.
//@ sound: release_and_acquire
//@ instead: ch02-multithreading/src/bin/publish_relaxed_totals.rs
//@ replace: store(PUBLISHED, Relaxed)
//@ with: store(PUBLISHED, std::sync::atomic::Ordering::Release)
//@ replace: state.load(Relaxed)
//@ with: state.load(std::sync::atomic::Ordering::Acquire)
//
// The reader looks once, and does not wait.
//@ broken: look_once
//@ replace: None => thread::yield_now(),
//@ with: None => return,
//@ loom says: no totals
//@ shuttle says: no totals

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert_eq!(printed, "2000 bytes a request\n", "no totals");
}
