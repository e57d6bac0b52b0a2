// One leaves, and the other, who waits for it, is told.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 3
//@ shuttle: 2000
//
// Who leaves says so, and wakes nobody.
//@ broken: leaves_quietly
//@ replace: compare_exchange(word, new, AcqRel, Acquire)?;\n        self.wake(word, step);
//@ with: compare_exchange(word, new, AcqRel, Acquire)?;\n        let _ = step;
//@ loom says: deadlock
//@ shuttle says: deadlock!

use barrier::{Barrier, BarrierError, Why};
use std::alone::{here, peer, spin};
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// One leaves, and the other is told.
pub fn model() {
    let barrier = Barrier::<2>::new();
    let [mut one, other] = [0, 1].map(|number| barrier.join(number).unwrap());
    thread::scope(|scope| {
        scope.spawn(move || drop(other));
        let end = one.wait();
        assert_eq!(end, Err(BarrierError::Broken(Why::Left, Some(1))));
    });
}
