// Every message arrives whole and in order, nobody sleeps for good, and the
// receiver learns of the end after the last message.
//@ source: ch04-ipc/src/ring/protocol.rs
//@ loom: 3
//@ shuttle: 2000
//
// The number of the message does not bring the message with it.
//@ broken: relaxed_publish
//@ replace: sequence.store(number, Release)
//@ with: sequence.store(number, Relaxed)
//@ loom says: Causality violation
//@ blind: shuttle
//
//@ broken: relaxed_look
//@ replace: slot.sequence.load(Acquire) == self.side.count
//@ with: slot.sequence.load(Relaxed) == self.side.count
//@ loom says: Causality violation
//@ blind: shuttle
//
// The slot is written again while its message may still be read.
//@ broken: relaxed_hand_back
//@ replace: tail.0.store(self.side.count, Release)
//@ with: tail.0.store(self.side.count, Relaxed)
//@ loom says: Causality violation
//@ blind: shuttle
//
// Both look too early: no order between a store and a later load.
//@ broken: no_light_fence
//@ remove: self.barrier.light();
//@ loom says: deadlock
//@ blind: shuttle
//
//@ broken: no_heavy_fence
//@ remove: self.barrier.heavy();
//@ loom says: deadlock
//@ blind: shuttle
//
// What is published between the last look and the sleep wakes nobody.
//@ broken: sleeps_before_it_looks
//@ replace: sees that this side sleeps.\n            if ready() {
//@ with: sees that this side sleeps.\n            if false {
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: wakes_before_it_publishes
//@ remove: // Release: who sees the number sees the message.\n        place.slots()[at].sequence.store(number, Release);
//@ replace: match bell & (CLOSED | PANICKED) {
//@ with: place.slots()[at].sequence.store(number, Release);\n        match bell & (CLOSED | PANICKED) {
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// Between the waker's look and its store the other side has closed.
//@ broken: undoes_the_end
//@ replace: if other.bell.fetch_and(!SLEEPS, Relaxed) & SLEEPS != 0 {
//@ with: {\n            let seen = other.bell.load(Relaxed);\n            other.bell.store(seen & !SLEEPS, Relaxed);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: closes_quietly
//@ replace: own.bell.fetch_or(end, Release);\n        self.ring(own, other, step);
//@ with: own.bell.fetch_or(end, Release);\n        let _ = (other, step);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
//@ broken: sleeps_after_the_end
//@ replace: if end & CLOSED != 0 {\n
//@ with: if false {\n
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The end may be seen before the last message.
//@ broken: relaxed_end
//@ replace: let end = other.bell.load(Acquire);\n            if
//@ with: let end = other.bell.load(Relaxed);\n            if
//@ loom says: a message was lost
//@ blind: shuttle
//
//@ broken: takes_the_end_at_its_word
//@ replace: return after(end, ready());
//@ with: return after(end, false);
//@ loom says: a message was lost
//@ shuttle says: a message was lost

use protocol::{Ends, Place, Receiver, Sender, Slot};
use std::alone::{barrier, here, peer, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Two messages go through one slot.
pub fn model() {
    let memory = Arc::new(Memory {
        ends: Ends::new(),
        slots: vec![Slot::new()],
    });
    let mut sender = Sender::new(Arc::clone(&memory), barrier::Barrier);
    let mut receiver = Receiver::new(memory, barrier::Barrier, 1);
    let sending = thread::spawn(move || {
        for n in 1..=2 {
            assert_eq!(sender.send(n), Ok(()));
        }
    });
    for n in 1..=2 {
        assert_eq!(receiver.recv(), Ok(Some(n)), "a message was lost");
    }
    assert_eq!(receiver.recv(), Ok(None));
    sending.join().unwrap();
    drop(receiver);
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
