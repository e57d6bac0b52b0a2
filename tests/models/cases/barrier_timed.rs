// One sleeps until its deadline: both come through the round, or both are told,
// however late it wakes up.
//@ source: ch05-synchronization/src/barrier.rs
//@ shuttle: 2000
//
// Woken since the round is complete, it looks at the clock first, and breaks
// the next one.
//@ broken: clock_before_round
//@ replace: if let Some(end) = over(word) {\n                return end;\n            }\n            let now
//@ with: let now
//@ replace: let _ = barrier.break_from(word, Why::GaveUp, by, &step);\n                continue;\n            }
//@ with: if barrier.break_from(word, Why::GaveUp, by, &step).is_ok() {\n                    return Err(BarrierError::Broken(Why::GaveUp, Some(self.number)));\n                }\n                continue;\n            }\n            if let Some(end) = over(word) {\n                return end;\n            }
//@ shuttle says: not all are told the same

use barrier::Barrier;
use std::alone::{here, peer, spin};
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Shorter than from one look to the next: only this wait ends by its time.
const LIMIT: Duration = Duration::from_millis(10);

/// One has so much time, and the other comes when it is up: both come
/// through, or none.
pub fn model() {
    futex::times_out(LIMIT);
    let barrier = Barrier::<2>::new();
    let [mut late, mut hurried] = [0, 1].map(|number| barrier.join(number).unwrap());
    let ends = thread::scope(|scope| {
        let other = scope.spawn(move || {
            let end = hurried.wait_timeout(LIMIT);
            (end.is_ok() && hurried.wait().is_ok(), end.is_err())
        });
        thread::sleep(LIMIT);
        let end = late.wait();
        let own = (end.is_ok() && late.wait().is_ok(), end.is_err());
        [own, other.join().unwrap()]
    });
    assert!(
        ends == [(true, false); 2] || ends == [(false, true); 2],
        "not all are told the same"
    );
}
