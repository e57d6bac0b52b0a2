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
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

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
    futex::begin();
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
    futex::end();
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

/// Each sleep may end by its time: nobody wakes who is alone.
pub mod futex {
    use std::real::cell::RefCell;
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::{Arc, Condvar, Mutex};
    use std::time::Instant;

    /// Like the chapter's.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Waited {
        /// Woken.
        Woken,
        /// The time is up.
        TimedOut,
    }

    /// All of those who sleep.
    pub const ALL: u32 = i32::MAX as u32;

    /// Who sleeps: a number, and the word's address.
    #[derive(Default)]
    struct Table {
        last: u32,
        sleepers: Vec<(u32, usize)>,
    }

    type Kernel = Arc<(Mutex<Table>, Condvar)>;

    std::real::thread_local! {
        // One thread of the system runs all threads of a model.
        static KERNEL: RefCell<Option<Kernel>> = const { RefCell::new(None) };
    }

    /// At the start of an execution.
    pub fn begin() {
        let none = Arc::new((Mutex::new(Table::default()), Condvar::new()));
        KERNEL.set(Some(none));
    }

    /// At its end.
    pub fn end() {
        drop(KERNEL.take());
    }

    fn kernel() -> Kernel {
        KERNEL.with_borrow(|kernel| Arc::clone(kernel.as_ref().expect("begun")))
    }

    /// Sleeps while the word is `expected`, until a wake or the deadline.
    pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Waited {
        let limit = deadline.expect("a limit") - Instant::now();
        let kernel = kernel();
        let mut table = kernel.0.lock().unwrap();
        if word.load(Relaxed) != expected {
            return Waited::Woken;
        }
        table.last += 1;
        let me = table.last;
        table.sleepers.push((me, word as *const AtomicU32 as usize));
        while table.sleepers.iter().any(|(number, _)| *number == me) {
            let (relocked, result) = kernel.1.wait_timeout(table, limit).unwrap();
            table = relocked;
            let sleepers = table.sleepers.len();
            if result.timed_out() {
                table.sleepers.retain(|(number, _)| *number != me);
                if table.sleepers.len() < sleepers {
                    return Waited::TimedOut;
                }
            }
        }
        Waited::Woken
    }

    /// Wakes at most so many that sleep on the word.
    pub fn wake(word: &AtomicU32, most: u32) {
        let kernel = kernel();
        let address = word as *const AtomicU32 as usize;
        let mut left = most;
        kernel.0.lock().unwrap().sleepers.retain(|(_, word)| {
            let wakes = *word == address && left > 0;
            left -= u32::from(wakes);
            !wakes
        });
        kernel.1.notify_all();
    }
}
