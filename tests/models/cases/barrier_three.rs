// Two sleep, and the third who comes wakes them.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 2
//@ shuttle: 2000
//
// Of two who sleep one is woken.
//@ broken: wakes_one
//@ replace: futex::wake(&self.word, futex::ALL);
//@ with: futex::wake(&self.word, 1);
//@ loom says: deadlock
//@ shuttle says: deadlock!

use barrier::Barrier;
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// Two sleep, and a third one comes.
pub fn model() {
    let barrier = Barrier::<3>::new();
    let [mut one, mut other, mut third] = [0, 1, 2].map(|number| barrier.join(number).unwrap());
    thread::scope(|scope| {
        scope.spawn(move || one.wait().unwrap());
        scope.spawn(move || other.wait().unwrap());
        third.wait().unwrap();
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
