// One has no time to wait: both come through the round, or both are told.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 3
//@ shuttle: 2000
//
// Whose time is up breaks whatever round there is.
//@ broken: breaks_the_next_round
//@ replace: let _ = barrier.break_from(word, Why::GaveUp, by, &step);\n                continue;
//@ with: barrier.break_all(Why::GaveUp, by, &step);\n                continue;
//@ loom says: not all are told the same
//@ shuttle says: not all are told the same

use barrier::Barrier;
use std::alone::{here, peer, spin};
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// One has no time to wait: both come through, or none.
pub fn model() {
    let barrier = Barrier::<2>::new();
    let [mut one, mut hurried] = [0, 1].map(|number| barrier.join(number).unwrap());
    let ends = thread::scope(|scope| {
        let other = scope.spawn(move || {
            let end = one.wait();
            (end.is_ok() && one.wait().is_ok(), end.is_err())
        });
        let end = hurried.wait_timeout(Duration::ZERO);
        let own = (end.is_ok() && hurried.wait().is_ok(), end.is_err());
        [own, other.join().unwrap()]
    });
    assert!(
        ends == [(true, false); 2] || ends == [(false, true); 2],
        "not all are told the same"
    );
}
