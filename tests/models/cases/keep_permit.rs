// A call that panics does not keep the permit from the next one. There is one
// schedule alone: each thread is joined before the next starts.
//@ source: ch02-multithreading/src/bin/panic_returns_permit.rs
//@ source: ch02-multithreading/src/semaphore.rs
//@ shuttle: 1
//
//@ broken: released_by_hand
//@ instead: ch02-multithreading/src/bin/panic_keeps_permit.rs
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    assert!(
        std::printed::take().contains("\"95\" -> 95"),
        "the last call"
    );
}
