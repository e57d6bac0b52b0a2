// A batch arrives whole and in order: the first message is published last,
// and brings the others with it.
//@ source: ch04-ipc/src/ring/protocol.rs
//@ loom: 3
//
//@ broken: publishes_the_first_first
//@ replace: self.write(at, first);
//@ with: self.write(at, first);\n        self.place.slots()[at].sequence.store(number, Release);
//@ loom says: half a batch
//
//@ broken: relaxed_publish
//@ replace: sequence.store(number, Release)
//@ with: sequence.store(number, Relaxed)
//@ loom says: Causality violation

use protocol::{Ends, Place, Receiver, Sender, Slot};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Two messages at once, and two slots.
pub fn model() {
    futex::begin();
    let memory = Arc::new(Memory {
        ends: Ends::new(),
        slots: vec![Slot::new(), Slot::new()],
    });
    let mut sender = Sender::new(Arc::clone(&memory), barrier::Barrier);
    let mut receiver = Receiver::new(memory, barrier::Barrier, 1);
    let sending = thread::spawn(move || {
        assert_eq!(sender.send_batch(&[1, 2]), Ok(2));
    });
    let mut batch = [0; 3];
    assert_eq!(receiver.recv_batch(&mut batch), Ok(2), "half a batch");
    assert_eq!(batch, [1, 2, 0]);
    sending.join().unwrap();
    drop(receiver);
    futex::end();
}

/// A ring that lies on the heap.
struct Memory {
    ends: Ends,
    slots: Vec<Slot<u64>>,
}

// SAFETY: `model` makes one sender and one receiver of it.
unsafe impl Place<u64> for Arc<Memory> {
    fn ends(&self) -> &Ends {
        &self.ends
    }

    fn slots(&self) -> &[Slot<u64>] {
        &self.slots
    }

    /// Longer than any execution: loom's have to go alike, whatever the clock.
    fn look(&self) -> Duration {
        Duration::from_secs(86_400)
    }
}

// SAFETY: a slot's message is written and read as the protocol says, and that
// is what the model is about.
unsafe impl Sync for Memory {}

/// Full fences: a checker knows no membarrier(2).
pub mod barrier {
    use std::sync::atomic::{Ordering::SeqCst, fence};

    /// Like the chapter's.
    #[derive(Clone, Copy, Debug)]
    pub struct Barrier;

    impl Barrier {
        /// Nothing to register.
        pub fn join(self) -> Barrier {
            self
        }

        /// A full fence.
        pub fn light(self) {
            fence(SeqCst);
        }

        /// A full fence.
        pub fn heavy(self) {
            fence(SeqCst);
        }
    }
}

/// No sleep ends by its time, so that one whose wakeup is lost is for good.
pub mod futex {
    use std::real::cell::RefCell;
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::{Arc, Condvar, Mutex};
    use std::time::Instant;

    /// Like the chapter's.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Waited {
        /// Woken.
        Woken,
        /// Never.
        TimedOut,
    }

    /// The addresses of the words that are slept on, by one thread each.
    type Sleepers = Arc<(Mutex<Vec<usize>>, Condvar)>;

    std::real::thread_local! {
        // One thread of the system runs all threads of a model.
        static SLEEPERS: RefCell<Option<Sleepers>> = const { RefCell::new(None) };
    }

    /// At the start of an execution.
    pub fn begin() {
        let none = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        SLEEPERS.set(Some(none));
    }

    /// At its end.
    pub fn end() {
        drop(SLEEPERS.take());
    }

    fn sleepers() -> Sleepers {
        SLEEPERS.with_borrow(|all| Arc::clone(all.as_ref().expect("begun")))
    }

    /// Sleeps while the word is `expected`, until a wake.
    pub fn wait(word: &AtomicU32, expected: u32, _: Option<Instant>) -> Waited {
        let all = sleepers();
        let mut words = all.0.lock().unwrap();
        if word.load(Relaxed) == expected {
            let address = word as *const AtomicU32 as usize;
            words.push(address);
            while words.contains(&address) {
                words = all.1.wait(words).unwrap();
            }
        }
        Waited::Woken
    }

    /// Wakes who sleeps on the word.
    pub fn wake(word: &AtomicU32, _: u32) {
        let all = sleepers();
        let address = word as *const AtomicU32 as usize;
        all.0.lock().unwrap().retain(|word| *word != address);
        all.1.notify_all();
    }
}

/// Everybody is here, and alive.
pub mod peer {
    /// Like the chapter's.
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

    /// Like the chapter's.
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
