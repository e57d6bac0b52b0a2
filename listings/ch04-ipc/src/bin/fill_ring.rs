//! A ring between two threads: head, tail, and eight slots.
//@ twin: none (Python has no memory orders to choose from)

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
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

// SAFETY: `main` has one sender and one receiver, and no slot is for both at
// a time: see `send` and `receive`.
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
        while head - self.tail.0.load(Acquire) == SLOTS {
            thread::yield_now();
        }
        // SAFETY: the receiver is done with this slot, as `tail` said.
        unsafe { *self.slots[head % SLOTS].get() = message };
        self.head.0.store(head + 1, Release);
    }

    fn receive(&self) -> [u64; 8] {
        let tail = self.tail.0.load(Relaxed);
        while self.head.0.load(Acquire) == tail {
            thread::yield_now();
        }
        // SAFETY: the sender has written this slot, as `head` said.
        let message = unsafe { *self.slots[tail % SLOTS].get() };
        self.tail.0.store(tail + 1, Release);
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
