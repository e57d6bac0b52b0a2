// Two producers, one slot: a consumer gets each message once, and whole.
//@ source: ch04-ipc/src/slots.rs
//@ loom: 2
//@ shuttle: 2000
//
// Who finds the slot full does not see what was written into it.
//@ broken: relaxed_publish
//@ replace: .store(full.0, Release);
//@ with: .store(full.0, Relaxed);
//@ loom says: a message came twice
//@ blind: shuttle
//
// Woken before there is anything to find.
//@ broken: wake_before_publish
//@ replace: // Release: who finds it full sees the bytes.\n
//@ with: self.ring(&head.input);\n
//@ replace: self.ring(&head.input);\n        Ok(())
//@ with: Ok(())
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// It looks, and registers when it is about to sleep.
//@ broken: look_before_registering
//@ replace: if patience != Patience::None {\n                seen |= side.bell.fetch_or(SLEEPER, AcqRel);
//@ with: if patience != Patience::None {\n                seen |= 0;
//@ replace: let until = deadline.map_or
//@ with: seen |= side.bell.fetch_or(SLEEPER, AcqRel);\n            let until = deadline.map_or
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// A slot is free, and who waits for it is not told.
//@ broken: free_in_silence
//@ replace: self.members.step(Step::TakeFreed);\n        self.ring(&self.head.output);
//@ with: self.members.step(Step::TakeFreed);
//@ loom says: deadlock
//@ shuttle says: deadlock!
//
// The ring and the look at the sleeper's bit in two steps.
//@ broken: ring_in_two_steps
//@ replace: if side.bell.fetch_add(2, AcqRel) & SLEEPER != 0 {
//@ with: let bell = side.bell.load(Relaxed);\n        side.bell.store(bell.wrapping_add(2), Release);\n        if bell & SLEEPER != 0 {
//@ loom says: deadlock
//@ shuttle says: deadlock!

use slots::{Head, Members, Patience, Shape, Slots};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;

struct Memory {
    head: Head,
    words: Vec<AtomicU64>,
}

const SHAPE: Shape = Shape {
    shift: 0,
    stride: 4,
    spins: 0,
};

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
        shape: SHAPE,
        members: Alive(me),
    }
}

/// Two producers put a message each, and this thread takes both.
pub fn model() {
    let memory = Arc::new(Memory {
        head: Head::default(),
        words: (0..4).map(|_| AtomicU64::new(0)).collect(),
    });
    let producers = [1, 2].map(|i| {
        let memory = Arc::clone(&memory);
        thread::spawn(move || {
            let message = [i as u8; 16];
            slots(&memory, i).put(&message, Patience::Endless).unwrap();
        })
    });
    let mut bytes = Vec::new();
    let mut sum = 0;
    for _ in 0..2 {
        slots(&memory, 3)
            .take(&mut bytes, Patience::Endless)
            .unwrap();
        assert!(bytes == [bytes[0]; 16] && bytes[0] > 0, "a torn message");
        sum += bytes[0];
    }
    assert_eq!(sum, 3, "a message came twice");
    for producer in producers {
        producer.join().unwrap();
    }
}
