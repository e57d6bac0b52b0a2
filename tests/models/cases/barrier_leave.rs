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
