// A queue is closed while others put and take: what was accepted is taken,
// and whoever sleeps is told.
//@ source: ch04-ipc/src/slots.rs
//@ loom: 2
//@ shuttle: 3000
//
//@ broken: close_in_silence
//@ replace: self.ring(&self.head.output);\n        self.ring(&self.head.input);\n    }\n\n    /// A message that was taken
//@ with: self.ring(&self.head.output);\n    }\n\n    /// A message that was taken
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The end is seen, and not marked: a producer that saw the queue open puts
// behind it.
//@ broken: end_without_mark
//@ replace: if self.change(ticket, found, end).is_ok() {
//@ with: if end != found {
//@ loom says: an accepted message was lost
//@ shuttle says: an accepted message was lost
//
// A consumer waits for the slot that another one still reads, to mark the end.
//@ broken: free_without_a_look
//@ replace: if self.head.closed.load(Acquire) != 0 {\n            self.ring(&self.head.input);
//@ with: if false {\n            self.ring(&self.head.input);
//@ loom says: deadlock
//@ shuttle says: deadlock!

use slots::{Failed, Head, Members, Patience, Shape, Slots};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;

struct Memory {
    head: Head,
    words: Vec<AtomicU64>,
}

struct Alive(u16);

impl Members for Alive {
    fn me(&self) -> u16 {
        self.0
    }

    fn is_dead(&self, _: u16) -> bool {
        false
    }

    fn is_alone(&self) -> bool {
        false
    }
}

fn slots(memory: &Memory, me: u16) -> Slots<'_, Alive> {
    Slots {
        head: &memory.head,
        words: &memory.words,
        shape: Shape {
            shift: 0,
            stride: 3,
            spins: 0,
        },
        members: Alive(me),
    }
}

/// One puts, two take until the end, and this thread closes.
pub fn model() {
    let memory = Arc::new(Memory {
        head: Head::default(),
        words: (0..3).map(|_| AtomicU64::new(0)).collect(),
    });
    let producer = thread::spawn({
        let memory = Arc::clone(&memory);
        move || match slots(&memory, 1).put(&[7], Patience::Endless) {
            Ok(()) => 1,
            Err(Failed::Closed) => 0,
            Err(other) => panic!("{other:?}"),
        }
    });
    let consumers = [2, 3].map(|me| {
        let memory = Arc::clone(&memory);
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut taken = 0;
            while slots(&memory, me)
                .take(&mut bytes, Patience::Endless)
                .is_ok()
            {
                taken += 1;
            }
            taken
        })
    });
    slots(&memory, 4).close();
    let taken: u32 = consumers.into_iter().map(|c| c.join().unwrap()).sum();
    let accepted = producer.join().unwrap();
    assert_eq!(accepted, taken, "an accepted message was lost");
}
