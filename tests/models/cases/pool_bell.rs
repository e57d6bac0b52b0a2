// A pool of processes sleeps until a worker has published, and is woken.
//@ source: ch03-processes/src/process_pool/protocol.rs
//@ loom: 3
//@ shuttle: 1000
//
// The worker does not see what the pool wants, nor the pool what is there.
//@ broken: worker_takes_relaxed
//@ replace: self.next.fetch_add(1, AcqRel)
//@ with: self.next.fetch_add(1, Relaxed)
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: pool_adds_nothing
//@ remove: self.next.fetch_add(0, AcqRel);
//@ loom says: deadlock
//@ blind: shuttle
//
// The result is published before the pool tells what it wants.
//@ broken: no_second_look
//@ replace: let slept = (!look()).then(sleep);
//@ with: drop(look);\n        let slept = Some(sleep());
//@ loom says: deadlock
//@ shuttle says: deadlock!

use protocol::{Counter, Slot, Wanted};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Board {
    counter: Counter,
    slot: Slot,
    /// The eventfd.
    rung: Mutex<bool>,
    bell: Condvar,
}

/// A worker with one result, and the pool.
pub fn model() {
    let board = Arc::new(Board::default());
    let worker = thread::spawn({
        let board = Arc::clone(&board);
        move || {
            board.slot.publish(1);
            board.counter.take();
            if board.counter.rings(&board.slot) {
                *board.rung.lock().unwrap() = true;
                board.bell.notify_one();
            }
        }
    });
    while board.slot.unread().1 == 0 {
        let look = || board.slot.has(Wanted::Any);
        board.counter.sleep(Wanted::Any, look, || {
            let mut rung = board.rung.lock().unwrap();
            while !*rung {
                rung = board.bell.wait(rung).unwrap();
            }
            *rung = false;
        });
    }
    worker.join().unwrap();
}
