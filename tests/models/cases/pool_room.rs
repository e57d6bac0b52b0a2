// A worker of a pool of processes sleeps while its ring is full.
//@ source: ch03-processes/src/process_pool/protocol.rs
//@ loom: 3
//@ shuttle: 1000
//
// The worker looks before the pool can know that it will sleep.
//@ broken: no_fence_in_worker
//@ replace: self.starving.store(1, Release);\n        fence(SeqCst);
//@ with: self.starving.store(1, Release);
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: no_fence_in_pool
//@ replace: self.pool.0.tail.store(head, Release);\n        fence(SeqCst);
//@ with: self.pool.0.tail.store(head, Release);
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: no_second_look
//@ replace: if self.room().1 > 0 {\n            return;\n        }
//@ with: let _ = self.room();
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The pool wakes a worker that does not sleep yet.
//@ broken: word_unchanged
//@ remove: self.pool.0.room.fetch_add(1, AcqRel);
//@ loom says: deadlock
//@ shuttle says: deadlock!

use protocol::{Counter, RING, Slot};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Board {
    counter: Counter,
    slot: Slot,
    futex: Futex,
}

/// futex(2): the kernel's lock is held while the word is compared.
#[derive(Default)]
struct Futex {
    queue: Mutex<()>,
    woken: Condvar,
}

impl Futex {
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
}

/// A worker with a full ring and one byte more, and the pool, which reads.
pub fn model() {
    let board = Arc::new(Board::default());
    board.slot.publish(RING);
    let worker = thread::spawn({
        let board = Arc::clone(&board);
        move || {
            let (mut head, mut room) = board.slot.room();
            while room == 0 {
                let ring = || panic!("the pool does not sleep");
                let sleep = |word: &AtomicU32, is| board.futex.wait(word, is);
                board.slot.wait_for_room(&board.counter, ring, sleep);
                (head, room) = board.slot.room();
            }
            board.slot.publish(head + 1);
        }
    });
    let (_, head) = board.slot.unread();
    board.slot.free(head, |_| board.futex.wake());
    worker.join().unwrap();
}
