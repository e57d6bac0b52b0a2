// Two members meet twice, and each sees what the other did before.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 3
//@ shuttle: 2000
//
// Who sleeps waits for the count to be 0 again, which it may be no more.
//@ broken: no_generation
//@ replace: let over = |word: u32| match word / ROUND != round {
//@ with: let over = |word: u32| match word & COUNT == 0 && word & WHY == 0 && round < u32::MAX {
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: not_registered
//@ replace: let asleep = word | SLEEPERS;
//@ with: let asleep = word | SLEEPERS & 0;
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// Who arrives early sleeps although the round is over.
//@ broken: sleeps_on_the_newest
//@ replace: futex::wait(&barrier.word, asleep, Some(until));
//@ with: {\n                let _ = asleep;\n                futex::wait(&barrier.word, barrier.word.load(Relaxed), Some(until));\n            }
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// Two arrive, and are counted once.
//@ broken: counts_in_two_steps
//@ replace: match barrier.word.compare_exchange(word, new, AcqRel, Acquire) {\n                Ok(_) => break
//@ with: barrier.word.store(new, Release);\n            match Ok::<u32, u32>(word) {\n                Ok(_) => break
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The round is complete, but not what was done before it.
//@ broken: relaxed_arrival
//@ replace: match barrier.word.compare_exchange(word, new, AcqRel, Acquire) {
//@ with: match barrier.word.compare_exchange(word, new, Relaxed, Relaxed) {
//@ loom says: Causality violation
//@ blind: shuttle

use barrier::{Barrier, Member};
use std::cell::UnsafeCell;
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

struct Strip(UnsafeCell<u32>);

// SAFETY: that nobody reads it while it is written is what the model is about.
unsafe impl Sync for Strip {}

/// Two members write a strip each, and then read the other's.
pub fn model() {
    let barrier = Barrier::<2>::new();
    let strips = [0, 0].map(|n| Strip(UnsafeCell::new(n)));
    let work = |member: &mut Member<'_, 2>| {
        let (own, other) = (member.number(), 1 - member.number());
        // SAFETY: as above.
        unsafe { *strips[own].0.get() = 1 };
        let first = member.wait().unwrap();
        // SAFETY: as above.
        assert_eq!(unsafe { *strips[other].0.get() }, 1);
        let second = member.wait().unwrap();
        for turn in [first, second] {
            assert_eq!(turn.is_leader, turn.index == 1);
        }
    };
    let [mut one, mut other] = [0, 1].map(|number| barrier.join(number).unwrap());
    // Nobody leaves before both have come through: who is left behind would
    // be told, and here it is to hang.
    thread::scope(|scope| {
        scope.spawn(|| work(&mut one));
        work(&mut other);
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
