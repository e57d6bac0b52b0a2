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

/// To look again and again is no step of the protocol.
pub mod spin {
    use std::sync::atomic::AtomicU32;

    /// Never.
    pub fn looks(_: &AtomicU32, _: &AtomicU32) -> u32 {
        0
    }

    /// Nothing.
    pub fn tell(_: &AtomicU32) {}
}

/// Nobody dies.
pub mod peer {
    /// Like chapter 4's.
    #[derive(Clone, Copy, Debug)]
    pub struct Peer;

    impl Peer {
        /// Not 0.
        pub fn word(self) -> u64 {
            1
        }

        /// Any.
        pub fn from_word(_: u64) -> Peer {
            Peer
        }

        /// No.
        pub fn has_ended(self) -> bool {
            false
        }
    }
}

/// There is one process.
pub mod here {
    use super::peer::Peer;

    /// Like chapter 4's.
    #[derive(Clone, Copy, Debug)]
    pub struct Here;

    impl Here {
        /// Here.
        pub fn now() -> Here {
            Here
        }

        /// Nobody forks.
        pub fn is_here(self) -> bool {
            true
        }

        /// Any.
        pub fn peer(self) -> Peer {
            Peer
        }
    }
}
