//! The head says that a message is there, and its store publishes nothing.
//@ races
//@ repair: fill_ring

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

const MESSAGES: u64 = 1000;
const SLOTS: usize = 8;

/// Two cache lines: processors fetch them in pairs.
#[repr(align(128))]
struct Line<T>(T);

/// Message n is in slot n modulo `SLOTS`, from when `head` is beyond n until
/// `tail` is.
struct Ring {
    /// Stored by the sender alone.
    head: Line<AtomicUsize>,
    /// Stored by the receiver alone.
    tail: Line<AtomicUsize>,
    slots: [UnsafeCell<[u64; 8]>; SLOTS],
}

// SAFETY: none. UNSOUND: `head` and `tail` order no access but their own.
unsafe impl Sync for Ring {}

impl Ring {
    fn new() -> Self {
        Ring {
            head: Line(AtomicUsize::new(0)),
            tail: Line(AtomicUsize::new(0)),
            slots: [(); SLOTS].map(|()| UnsafeCell::new([0; 8])),
        }
    }

    fn send(&self, message: [u64; 8]) {
        let head = self.head.0.load(Relaxed);
        while head - self.tail.0.load(Relaxed) == SLOTS {
            thread::yield_now();
        }
        // SAFETY: none. UNSOUND: the tail is seen, and no order with it.
        unsafe { *self.slots[head % SLOTS].get() = message };
        self.head.0.store(head + 1, Relaxed);
    }

    fn receive(&self) -> [u64; 8] {
        let tail = self.tail.0.load(Relaxed);
        while self.head.0.load(Relaxed) == tail {
            thread::yield_now();
        }
        // SAFETY: none. UNSOUND: the head is seen, and nothing with it.
        let message = unsafe { *self.slots[tail % SLOTS].get() };
        self.tail.0.store(tail + 1, Relaxed);
        message
    }
}

fn main() {
    let ring = Arc::new(Ring::new());
    let sender = thread::spawn({
        let ring = Arc::clone(&ring);
        move || (0..MESSAGES).for_each(|n| ring.send([n; 8]))
    });
    let whole = (0..MESSAGES).filter(|&n| ring.receive() == [n; 8]).count();
    sender.join().unwrap();
    println!("whole and in order: {whole}");
}
