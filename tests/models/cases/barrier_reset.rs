// Two reset a barrier at once. The quicker one goes on with new members, of whom
// one dies: the slower one must not take that one for an old one.
//@ source: ch05-synchronization/src/barrier.rs
//@ loom: 3
//@ shuttle: 4000
//
// Whoever is dead is taken out, also if it came after the other reset.
//@ broken: clears_what_it_finds
//@ replace: let _ = place.compare_exchange(dead, 0, AcqRel, Relaxed);
//@ with: let _ = dead;\n                let found = place.load(Acquire);\n                if peer_of(found).has_ended() { place.store(0, Relaxed); }
//@ loom says: a death is lost
//@ shuttle says: a death is lost
//
// Another reset may have come between the word and the places.
//@ broken: reads_the_word_once
//@ replace: if self.word.load(Acquire) == word {
//@ with: if word != u32::MAX {
//@ loom says: a death is lost
//@ shuttle says: a death is lost

use barrier::Barrier;
use peer::Peer;
use std::alone::spin;
use std::futex;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

/// All are dead when two come to reset it.
pub fn model() {
    let barrier = Barrier::<2>::new();
    barrier.expect(1, Peer(2)).unwrap();
    barrier.abort();
    thread::scope(|scope| {
        let slower = scope.spawn(|| {
            let _ = barrier.reset();
        });
        barrier.reset().unwrap();
        let member = barrier.join(0);
        let _ = barrier.expect(1, Peer(3));
        slower.join().unwrap();
        let told = barrier.broken().is_some() || barrier.join(1).is_err();
        assert!(member.is_err() || told, "a death is lost");
    });
}

/// The first is alive.
pub mod peer {
    /// Like chapter 4's.
    #[derive(Clone, Copy, Debug)]
    pub struct Peer(pub u64);

    impl Peer {
        /// Its number.
        pub fn word(self) -> u64 {
            self.0
        }

        /// The one of this number.
        pub fn from_word(word: u64) -> Peer {
            Peer(word)
        }

        /// All but the first.
        pub fn has_ended(self) -> bool {
            self.0 > 1
        }
    }
}

/// There is one process, the first.
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

        /// The first.
        pub fn peer(self) -> Peer {
            Peer(1)
        }
    }
}
