// Who sees the flag sees the totals, if the flag is stored and loaded so.
//@ source: ch02-multithreading/src/bin/publish_relaxed_totals.rs
//@ loom: 3
//@ loom says: Causality violation
//
//@ sound: release_and_acquire
//@ replace: self.published.store(true, Relaxed);
//@ with: self.published.store(true, std::sync::atomic::Ordering::Release);
//@ replace: if !self.published.load(Relaxed) {
//@ with: if !self.published.load(std::sync::atomic::Ordering::Acquire) {
//@ replace: AtomicBool, Ordering::Relaxed};
//@ with: AtomicBool};

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "500 bytes a request\n");
}
