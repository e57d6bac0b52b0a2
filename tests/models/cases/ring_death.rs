// A sender dies without a word. What it had published arrives, and then the
// receiver learns of the death: its sleep has a limit.
//@ source: ch04-ipc/src/ring/protocol.rs
//@ shuttle: 2000
//
//@ broken: never_asks
//@ replace: let died = owner != 0 && Peer::from_word(owner).has_ended();
//@ with: let died = owner != 0 && Peer::from_word(owner).has_ended() && false;
//@ shuttle says: exceeded max_steps
//
// Between the look at the ring and the look at the sender it publishes.
//@ broken: looks_at_the_ring_first
//@ replace: match ready() {\n        true => Ok(true),\n        false if end
//@ with: match false {\n        true => Ok(true),\n        false if end
//@ shuttle says: a message was lost
//
// A handler of signals runs more often than it would look.
//@ broken: counts_from_each_wake_up
//@ replace: if now < look && !late(now) {
//@ with: if now < look && !late(now) {\n                    look = now + self.look;
//@ shuttle says: exceeded max_steps

use protocol::{Ends, Error, Place, Receiver, Sender, Slot};
use std::alone::{barrier, spin};
use std::mem;
use std::sync::Arc;
use std::thread;

/// One message, and the end.
pub fn model() {
    futex::begin();
    peer::DEAD.set(false);
    let memory = Arc::new(Memory {
        ends: Ends::new(),
        slots: vec![Slot::new()],
    });
    let mut sender = Sender::new(Arc::clone(&memory), barrier::Barrier);
    let mut receiver = Receiver::new(memory, barrier::Barrier, 1);
    sender.bind().unwrap();
    let sending = thread::spawn(move || {
        assert_eq!(sender.send(7), Ok(()));
        // A killed process closes nothing.
        mem::forget(sender);
        peer::DEAD.set(true);
    });
    assert_eq!(receiver.recv(), Ok(Some(7)), "a message was lost");
    assert_eq!(receiver.recv(), Err(Error::PeerDied));
    sending.join().unwrap();
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
}

// SAFETY: a slot's message is written and read as the protocol says, and that
// is what the model is about.
unsafe impl Sync for Memory {}

/// Each sleep may end by its time, or by a signal halfway.
pub mod futex {
    use std::real::cell::RefCell;
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::{Arc, Condvar, Mutex};
    use std::time::{Duration, Instant};

    /// Like the chapter's.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Waited {
        /// Woken, or interrupted.
        Woken,
        /// The time is up.
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

    /// Sleeps while the word is `expected`, until a wake or the deadline.
    pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Waited {
        let left = deadline.expect("a limit") - Instant::now();
        let limit = left.min(Duration::from_millis(50));
        let all = sleepers();
        let mut words = all.0.lock().unwrap();
        if word.load(Relaxed) == expected {
            let address = word as *const AtomicU32 as usize;
            words.push(address);
            while words.contains(&address) {
                let (relocked, result) = all.1.wait_timeout(words, limit).unwrap();
                words = relocked;
                if result.timed_out() && words.contains(&address) {
                    words.retain(|word| *word != address);
                    return match limit < left {
                        true => Waited::Woken,
                        false => Waited::TimedOut,
                    };
                }
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

/// Everybody is here, and alive until told otherwise.
pub mod peer {
    use std::real::cell::Cell;

    std::real::thread_local! {
        /// The sender is dead.
        pub static DEAD: Cell<bool> = const { Cell::new(false) };
    }

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

        /// Asked of the sender alone.
        pub fn has_ended(self) -> bool {
            DEAD.get()
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
