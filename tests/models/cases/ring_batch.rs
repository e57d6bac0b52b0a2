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
use std::alone::{barrier, here, peer, spin};
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Two messages at once, and two slots.
pub fn model() {
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
