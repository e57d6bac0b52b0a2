// A producer or a consumer dies at a step of its work, and the others settle
// its claim, once.
//@ source: ch04-ipc/src/slots.rs
//@ shuttle: 2000
//
// Of two who find the dead producer's claim, both free the slot.
//@ broken: settle_twice
//@ replace: if self.change(ticket, found, mine).is_ok() {
//@ with: if self.change(ticket, found, mine).is_ok() || true {
//@ shuttle says: deadlock!
//
// What a dead consumer had claimed is nobody's for ever.
//@ broken: no_settling
//@ replace: if busy.found.is_claimed() && dead() && self.settle(busy) {
//@ with: if busy.found.is_claimed() && dead() && false && self.settle(busy) {
//@ shuttle says: deadlock!

use slots::{Head, Members, Patience, Shape, Slots, Step};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

struct Memory {
    head: Head,
    words: Vec<AtomicU64>,
    /// Number 1 is the victim.
    dead: AtomicBool,
}

struct Mortal<'a> {
    memory: &'a Memory,
    me: u16,
    dies_at: Option<Step>,
}

impl Members for Mortal<'_> {
    fn me(&self) -> u16 {
        self.me
    }

    fn is_dead(&self, member: u16) -> bool {
        member == 1 && self.memory.dead.load(SeqCst)
    }

    fn is_alone(&self) -> bool {
        false
    }

    fn step(&self, step: Step) {
        if self.dies_at == Some(step) {
            self.memory.dead.store(true, SeqCst);
            // Nothing in the slots is undone by unwinding.
            panic!("killed");
        }
    }
}

fn slots(memory: &Memory, me: u16, dies_at: Option<Step>) -> Slots<'_, Mortal<'_>> {
    Slots {
        head: &memory.head,
        words: &memory.words,
        shape: Shape {
            shift: 0,
            stride: 3,
            spins: 0,
        },
        members: Mortal {
            memory,
            me,
            dies_at,
        },
    }
}

fn memory() -> Arc<Memory> {
    Arc::new(Memory {
        head: Head::default(),
        words: (0..3).map(|_| AtomicU64::new(0)).collect(),
        dead: AtomicBool::new(false),
    })
}

fn put(memory: &Memory, me: u16, byte: u8) {
    slots(memory, me, None)
        .put(&[byte], Patience::Endless)
        .unwrap();
}

fn take(memory: &Memory, me: u16) -> u8 {
    let mut bytes = Vec::new();
    slots(memory, me, None)
        .take(&mut bytes, Patience::Endless)
        .unwrap();
    bytes[0]
}

/// One producer dies in the middle of its message; then another one puts two,
/// and two consumers take one each.
fn producer_dies(step: Step) {
    let memory = memory();
    let victim = thread::spawn({
        let memory = Arc::clone(&memory);
        move || {
            slots(&memory, 1, Some(step))
                .put(&[9], Patience::Endless)
                .is_ok()
        }
    });
    assert!(victim.join().is_err());
    let producer = thread::spawn({
        let memory = Arc::clone(&memory);
        move || {
            put(&memory, 2, 1);
            put(&memory, 2, 2);
        }
    });
    let consumer = thread::spawn({
        let memory = Arc::clone(&memory);
        move || take(&memory, 3)
    });
    let sum = take(&memory, 4) + consumer.join().unwrap();
    assert_eq!(sum, 3, "lost or made up");
    producer.join().unwrap();
}

/// One consumer dies with a message in its hands; then two producers want its
/// slot.
fn consumer_dies(step: Step) {
    let memory = memory();
    put(&memory, 2, 9);
    let victim = thread::spawn({
        let memory = Arc::clone(&memory);
        move || {
            let mut bytes = Vec::new();
            let victim = slots(&memory, 1, Some(step));
            victim.take(&mut bytes, Patience::Endless).is_ok()
        }
    });
    assert!(victim.join().is_err());
    let producers = [2, 3].map(|me| {
        let memory = Arc::clone(&memory);
        thread::spawn(move || put(&memory, me, me as u8))
    });
    let sum = take(&memory, 4) + take(&memory, 4);
    assert_eq!(sum, 5, "lost or made up");
    for producer in producers {
        producer.join().unwrap();
    }
}

/// All steps at which somebody may have to clear up.
pub fn model() {
    producer_dies(Step::PutClaimed);
    producer_dies(Step::PutWritten);
    consumer_dies(Step::TakeClaimed);
    consumer_dies(Step::TakeRead);
}
