// A frame longer than the ring: the worker sleeps for room, more than once,
// and the pool for what it reads.
//@ source: ch03-processes/src/process_pool/protocol.rs
//@ loom: 2
//@ shuttle: 15000
//
// The pool takes back a registration of before: it has to change a word that
// was read before the new one.
//@ broken: registers_before_it_reads
//@ replace: let room = self.pool.0.room.load(Acquire);\n        self.starving.store(1, Release);\n        fence(SeqCst);
//@ with: self.starving.store(1, Release);\n        fence(SeqCst);\n        let room = self.pool.0.room.load(Acquire);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The pool sleeps, and nobody looks at the end of a frame that has none yet.
//@ broken: full_and_silent
//@ replace: if counter.wakes() {\n            ring();\n        }
//@ with: let _ = (counter, ring);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The worker does not see what the pool wants, nor the pool that it is full.
//@ broken: full_and_alone
//@ replace: self.wanted.0.swap(wanted as u32, AcqRel);
//@ with: self.wanted.0.swap(wanted as u32, Relaxed);
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: wakes_by_a_store
//@ replace: self.wanted.0.swap(0, AcqRel);
//@ with: self.wanted.0.store(0, Release);
//@ loom says: deadlock
//@ blind: shuttle

use protocol::{Counter, RING, Slot, Wanted};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// More than two rings.
const FRAME: usize = 2 * RING + 1;

#[derive(Default)]
struct Board {
    counter: Counter,
    slot: Slot,
    /// The eventfd.
    rung: Mutex<bool>,
    bell: Condvar,
    /// The futex: the kernel's lock is held while the word is compared.
    queue: Mutex<()>,
    woken: Condvar,
}

impl Board {
    fn ring(&self) {
        *self.rung.lock().unwrap() = true;
        self.bell.notify_one();
    }

    fn poll(&self) {
        let mut rung = self.rung.lock().unwrap();
        while !*rung {
            rung = self.bell.wait(rung).unwrap();
        }
        *rung = false;
    }

    fn wait(&self, word: &AtomicU32, is: u32) {
        let queue = self.queue.lock().unwrap();
        if word.load(Relaxed) == is {
            drop(self.woken.wait(queue).unwrap());
        }
    }

    fn wake(&self) {
        drop(self.queue.lock().unwrap());
        self.woken.notify_one();
    }

    fn send(&self) {
        let mut rest = FRAME;
        while rest > 0 {
            let (head, room) = self.slot.room();
            if room == 0 {
                let sleep = |word: &AtomicU32, is| self.wait(word, is);
                let ring = || self.ring();
                self.slot.wait_for_room(&self.counter, ring, sleep);
                continue;
            }
            let n = rest.min(room);
            self.slot.publish(head + n);
            rest -= n;
        }
        self.counter.take();
        if self.counter.rings(&self.slot) {
            self.ring();
        }
    }
}

/// A worker with one result, and the pool.
pub fn model() {
    let board = Arc::new(Board::default());
    let worker = thread::spawn({
        let board = Arc::clone(&board);
        move || board.send()
    });
    let mut read = 0;
    while read < FRAME {
        let (tail, head) = board.slot.unread();
        assert_eq!(tail, read);
        assert!(head - tail <= RING, "over the ring");
        if head > tail {
            board.slot.free(head, |_| board.wake());
            read = head;
        } else {
            let look = || board.slot.has(Wanted::Any);
            board.counter.sleep(Wanted::Any, look, || board.poll());
        }
    }
    worker.join().unwrap();
}
