// A consumer whose time is up while a message comes takes it or leaves it, and
// takes away no other consumer's wakeup.
//@ source: ch04-ipc/src/slots.rs
//@ shuttle: 3000
//
// It has claimed the message, looks at the clock, and goes away with it.
//@ broken: clock_after_claim
//@ replace: let busy = match attempt() {\n                Ok(done) => return Ok(done),
//@ with: let busy = match attempt() {\n                Ok(_) if matches!(patience, Patience::Until(at) if at <= Instant::now()) => return Err(Failed::TimedOut),\n                Ok(done) => return Ok(done),
//@ shuttle says: deadlock!
//
// One is woken, and it is the one whose time is up: it looks at the clock
// before the slot.
//@ broken: clock_before_slot
//@ replace: futex::wake(&side.bell, futex::ALL);
//@ with: futex::wake(&side.bell, 1);
//@ replace: let (Waited::Woken | Waited::TimedOut) =\n                futex::wait(&side.bell, seen, Some(until));
//@ with: let _ = futex::wait(&side.bell, seen, Some(until));\n            if deadline.is_some_and(|at| at <= Instant::now()) {\n                return Err(Failed::TimedOut);\n            }
//@ shuttle says: deadlock!

use slots::{Failed, Head, Members, Patience, Shape, Slots};
use std::futex;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::{Duration, Instant};

/// Shorter than from one look at the others to the next.
const LIMIT: Duration = Duration::from_millis(10);

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

fn take(memory: &Memory, me: u16, patience: Patience) -> Result<u8, Failed> {
    let mut bytes = Vec::new();
    slots(memory, me).take(&mut bytes, patience)?;
    Ok(bytes[0])
}

fn put(memory: &Memory, byte: u8) {
    slots(memory, 3).put(&[byte], Patience::Endless).unwrap();
}

/// One consumer waits for so long, another for as long as it takes.
pub fn model() {
    futex::times_out(LIMIT);
    let memory = Arc::new(Memory {
        head: Head::default(),
        words: (0..3).map(|_| AtomicU64::new(0)).collect(),
    });
    let hurried = thread::spawn({
        let memory = Arc::clone(&memory);
        move || match take(&memory, 1, Patience::Until(Instant::now() + LIMIT)) {
            Ok(taken) => taken,
            Err(failed) => {
                assert_eq!(failed, Failed::TimedOut);
                0
            }
        }
    });
    let patient = thread::spawn({
        let memory = Arc::clone(&memory);
        move || take(&memory, 2, Patience::Endless).unwrap()
    });
    put(&memory, 1);
    let mut taken = hurried.join().unwrap();
    if taken == 1 {
        put(&memory, 2);
    }
    taken += patient.join().unwrap();
    assert!(taken == 1 || taken == 3, "lost or made up");
}
