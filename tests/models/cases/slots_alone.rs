// The last of the others puts a message and dies: the consumer takes it, and
// is told only then that it is alone.
//@ source: ch04-ipc/src/slots.rs
//@ shuttle: 2000
//
// Between the look at the slots and the look at the others they put.
//@ broken: looks_at_the_slots_first
//@ replace: hopes = !hopeless();\n                if !hopes {\n                    continue;\n                }
//@ with: if hopeless() {\n                    return Err(Failed::Alone);\n                }
//@ shuttle says: a message was lost
//
//@ broken: never_asks
//@ replace: hopes = !hopeless();
//@ with: hopes = !(hopeless() && false);
//@ shuttle says: exceeded max_steps

use slots::{Failed, Head, Members, Patience, Shape, Slots, Step};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

struct Memory {
    head: Head,
    words: Vec<AtomicU64>,
    /// All but number 1 are.
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
        member != 1 && self.memory.dead.load(SeqCst)
    }

    fn is_alone(&self) -> bool {
        self.memory.dead.load(SeqCst)
    }

    fn step(&self, step: Step) {
        // Nothing in the slots is undone by unwinding.
        assert_ne!(self.dies_at, Some(step), "killed");
    }
}

fn slots(memory: &Memory, me: u16, dies_at: Option<Step>) -> Slots<'_, Mortal<'_>> {
    Slots {
        head: &memory.head,
        words: &memory.words,
        shape: Shape {
            shift: 1,
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

/// What the others do before they die, and this thread takes the one message.
fn last_words(speak: fn(&Arc<Memory>)) {
    futex::times_out(Duration::MAX);
    let memory = Arc::new(Memory {
        head: Head::default(),
        words: (0..6).map(|_| AtomicU64::new(0)).collect(),
        dead: AtomicBool::new(false),
    });
    let others = thread::spawn({
        let memory = Arc::clone(&memory);
        move || {
            speak(&memory);
            memory.dead.store(true, SeqCst);
        }
    });
    let mut bytes = Vec::new();
    let mut take = || slots(&memory, 1, None).take(&mut bytes, Patience::Endless);
    assert_eq!(take(), Ok(()), "a message was lost");
    assert_eq!(take(), Err(Failed::Alone));
    assert_eq!(bytes, [7]);
    others.join().unwrap();
}

/// Killed at this step.
fn put_and_die(memory: &Arc<Memory>, step: Step) {
    let memory = Arc::clone(memory);
    let victim = thread::spawn(move || {
        let slots = slots(&memory, 2, Some(step));
        slots.put(&[7], Patience::Endless).is_ok()
    });
    assert!(victim.join().is_err());
}

/// One message, of which nobody is told; and one behind a half of another.
pub fn model() {
    last_words(|memory| put_and_die(memory, Step::PutPublished));
    last_words(|memory| {
        put_and_die(memory, Step::PutClaimed);
        let last = slots(memory, 3, None);
        last.put(&[7], Patience::Endless).unwrap();
    });
}
