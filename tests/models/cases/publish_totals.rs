// Who sees the flag sees the totals, if the flag is stored and loaded so.
//@ source: ch02-multithreading/src/bin/publish_relaxed_totals.rs
//@ loom: 3
//@ loom says: Causality violation
//
//@ sound: release_and_acquire
//@ replace: store(PUBLISHED, Relaxed)
//@ with: store(PUBLISHED, std::sync::atomic::Ordering::Release)
//@ replace: state.load(Relaxed)
//@ with: state.load(std::sync::atomic::Ordering::Acquire)

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "2000 bytes a request\n");
}
