//! The slots of a [`Queue`](super::queue::Queue), which survive whoever dies
//! among them.
//!
//! As in Dmitry Vyukov's bounded queue, ticket t belongs to slot t modulo the
//! number of slots, and the slot itself says whose turn it is. There a
//! producer takes a ticket first and marks the slot afterwards, so that one
//! who is killed in between leaves a gap that nobody can tell from a slow
//! producer. Here the *slot* is taken, in one step that also writes down by
//! whom; then the ticket counter is moved on, by whoever comes first.
//!
//! So at each moment a slot is free, or full, or claimed by a member whose
//! name stands in it. Whoever has to wait for a claim asks whether that member
//! is alive, and if not, ends the claim: one compare-and-exchange of the very
//! value that was seen, so that of several only one does it. A ticket's claim
//! is made once, so the value cannot come back.

use super::futex::{self, Waited};
use std::hint::spin_loop;
use std::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::time::{Duration, Instant};

/// What lies before the slots. All zero is an empty queue.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Head {
    /// The producers' side: who sleeps on its bell waits for a message.
    pub input: Side,
    /// The consumers' side: who sleeps on its bell waits for a free slot.
    pub output: Side,
    /// Who sleeps on its bell waits until `next` tasks have been done.
    pub done: Side,
    /// 1 once the queue is closed. Read with each message, written once.
    pub closed: AtomicU32,
    _unused: AtomicU32,
}

/// What those of one side write, on cache lines of their own.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Side {
    /// The next ticket.
    pub next: AtomicU64,
    /// Changes by 2 with each message or slot; bit 0 says that somebody
    /// sleeps, or is about to. After 2^31 changes it is the same again: should
    /// just so many come between a sleeper's last look and its sleep, it
    /// sleeps for a tick.
    pub bell: AtomicU32,
    _unused: AtomicU32,
    _rest: [AtomicU64; 14],
}

/// The processes that use the slots.
pub trait Members {
    /// This process: never 0.
    fn me(&self) -> u16;

    /// Has this member ended, so that what it claimed is nobody's? To be
    /// asked after the claim was seen.
    fn is_dead(&self, member: u16) -> bool;

    /// Is there no other member left, though there was one? Asked now and
    /// then by who waits.
    fn is_alone(&self) -> bool;

    /// This process has claimed a message.
    fn took(&self) {}

    /// A message was lost with this member, which had claimed it.
    fn lost(&self, _member: u16) {}

    /// Called between any two steps that others can see.
    fn step(&self, _step: Step) {}
}

/// The steps of an operation, at each of which a process may be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A producer has claimed a slot.
    PutClaimed,
    /// The ticket counter is moved on as well.
    PutAdvanced,
    /// Half of the message is written.
    PutHalf,
    /// The message is written, and not published.
    PutWritten,
    /// It is published, and nobody has been told.
    PutPublished,
    /// A consumer has claimed a message.
    TakeClaimed,
    /// The ticket counter is moved on as well.
    TakeAdvanced,
    /// Half of the message is read.
    TakeHalf,
    /// The message is read, and its slot is not free yet.
    TakeRead,
    /// The slot is free, and nobody has been told.
    TakeFreed,
    /// Somebody has to be woken, and is not awake yet.
    Waking,
    /// About to sleep, and registered for it.
    Sleeping,
    /// It has taken over what a dead producer had claimed.
    Settling,
    /// A task is about to be counted as done.
    DoneBegun,
    /// It is counted, and nobody has been told.
    DoneCounted,
}

/// Why an operation came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The queue is closed; for a consumer, and empty.
    Closed,
    /// The deadline has passed.
    TimedOut,
    /// No other member is alive.
    Alone,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all.
    None,
    /// Until then.
    Until(Instant),
    /// For as long as it takes.
    Endless,
}

/// What an attempt found in its way.
#[derive(Clone, Copy, Debug)]
struct Busy {
    ticket: u64,
    found: State,
}

/// How often a sleeper looks whether others are alive.
const TICK: Duration = Duration::from_millis(100);

/// A bell's bit: somebody sleeps.
const SLEEPER: u32 = 1;

// A slot's first words: its state, and the message's length in bytes.
const STATE: usize = 0;
const LENGTH: usize = 1;
const BYTES: usize = 2;

/// A slot's state in one word: which time round, claimed by whom, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State(u64);

impl State {
    const FREE: u64 = 0;
    const WRITING: u64 = 1;
    const FULL: u64 = 2;
    const READING: u64 = 3;
    /// No message will ever come to this slot.
    const END: u64 = 4;

    fn new(round: u64, phase: u64, member: u16) -> State {
        State(round << 16 | u64::from(member) << 3 | phase)
    }

    fn round(self) -> u64 {
        self.0 >> 16
    }

    fn phase(self) -> u64 {
        self.0 & 7
    }

    fn member(self) -> u16 {
        (self.0 >> 3) as u16 & MAX_MEMBER
    }

    fn is_claimed(self) -> bool {
        matches!(self.phase(), State::WRITING | State::READING)
    }
}

/// The highest number of a member.
pub const MAX_MEMBER: u16 = (1 << 13) - 1;

/// The sizes of the slots.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// There are 2 to this power.
    pub shift: u32,
    /// The words from one slot to the next.
    pub stride: usize,
    /// How often to look again before sleeping, each time after a pause twice
    /// as long.
    pub spins: u32,
}

impl Shape {
    /// At least `capacity` slots for `limit` bytes each.
    pub fn new(capacity: usize, limit: usize, spins: u32) -> Option<Shape> {
        let words = limit.checked_add(7)? / 8 + BYTES;
        Some(Shape {
            shift: capacity.checked_next_power_of_two()?.trailing_zeros(),
            // Slots begin on a cache line.
            stride: words.checked_next_multiple_of(8)?,
            spins,
        })
    }

    /// The number of slots.
    pub fn capacity(self) -> usize {
        1 << self.shift
    }

    /// The words of all slots.
    pub fn words(self) -> Option<usize> {
        self.capacity().checked_mul(self.stride)
    }

    /// Does one of the slots in `words` stand claimed by this member?
    pub fn has_claim(self, words: &[AtomicU64], member: u16) -> bool {
        let slots = words.chunks_exact(self.stride);
        let mut states = slots.map(|slot| State(slot[STATE].load(Acquire)));
        states.any(|state| state.is_claimed() && state.member() == member)
    }
}

/// The slots as one of the members uses them.
#[derive(Debug)]
pub struct Slots<'a, M> {
    /// In shared memory.
    pub head: &'a Head,
    /// The slots, in shared memory; zeros at the start.
    pub words: &'a [AtomicU64],
    /// Their sizes.
    pub shape: Shape,
    /// Who uses them.
    pub members: M,
}

impl<M: Members> Slots<'_, M> {
    /// Puts a message, which fits into a slot, behind the others.
    pub fn put(&self, bytes: &[u8], patience: Patience) -> Result<(), Failed> {
        let head = self.head;
        let hopeless = || self.members.is_alone();
        let claim = || self.claim_free();
        let ticket = self.wait(&head.output, patience, claim, hopeless)?;
        self.members.step(Step::PutAdvanced);
        self.write(ticket, bytes);
        self.members.step(Step::PutWritten);
        let full = State::new(self.round(ticket), State::FULL, 0);
        // Release: who finds it full sees the bytes.
        self.slot(ticket)[STATE].store(full.0, Release);
        self.members.step(Step::PutPublished);
        self.ring(&head.input);
        Ok(())
    }

    /// Takes the first message, in place of what is in `bytes`.
    pub fn take(
        &self,
        bytes: &mut Vec<u8>,
        patience: Patience,
    ) -> Result<(), Failed> {
        let hopeless = || self.members.is_alone();
        let claim = || self.claim_full();
        let ticket = self.wait(&self.head.input, patience, claim, hopeless)?;
        self.members.step(Step::TakeAdvanced);
        self.members.took();
        self.read(ticket, bytes);
        self.members.step(Step::TakeRead);
        self.free(ticket);
        Ok(())
    }

    /// No message is accepted any more; those that are there can be taken.
    pub fn close(&self) {
        self.head.closed.store(1, Release);
        // In this order: see `free`.
        self.ring(&self.head.output);
        self.ring(&self.head.input);
    }

    /// A message that was taken has been dealt with.
    pub fn task_done(&self) {
        self.members.step(Step::DoneBegun);
        self.head.done.next.fetch_add(1, AcqRel);
        self.members.step(Step::DoneCounted);
        self.ring(&self.head.done);
    }

    /// Waits until all messages that were put have been dealt with.
    pub fn join(
        &self,
        patience: Patience,
        hopeless: impl Fn() -> bool,
    ) -> Result<(), Failed> {
        let all_done = || {
            let done = self.head.done.next.load(Acquire);
            let ticket = self.head.input.next.load(Acquire);
            // Some other slot's state: nobody's claim is waited for.
            let found = State(State::FREE);
            match done == ticket {
                true => Ok(()),
                false => Err(Some(Busy { ticket, found })),
            }
        };
        self.wait(&self.head.done, patience, all_done, hopeless)
    }

    /// How many messages there are, some of them not quite there. The number
    /// is of some moment just gone by.
    pub fn count(&self) -> usize {
        let output = self.head.output.next.load(Acquire);
        let input = self.head.input.next.load(Acquire);
        input.saturating_sub(output) as usize
    }

    fn round(&self, ticket: u64) -> u64 {
        ticket >> self.shape.shift
    }

    fn slot(&self, ticket: u64) -> &[AtomicU64] {
        let index = ticket as usize & (self.shape.capacity() - 1);
        let start = index * self.shape.stride;
        &self.words[start..start + self.shape.stride]
    }

    /// Claims the next slot for a message. `Err(None)`: the queue is closed.
    fn claim_free(&self) -> Result<u64, Option<Busy>> {
        let next = &self.head.input.next;
        let mut ticket = next.load(Acquire);
        loop {
            if self.head.closed.load(Acquire) != 0 {
                return Err(None);
            }
            let round = self.round(ticket);
            let free = State::new(round, State::FREE, 0);
            let me = self.members.me();
            let writing = State::new(round, State::WRITING, me);
            let Err(found) = self.change(ticket, free, writing) else {
                self.members.step(Step::PutClaimed);
                advance(next, ticket);
                return Ok(ticket);
            };
            if found.round() < round {
                // It holds the message of a whole round ago.
                return Err(Some(Busy { ticket, found }));
            }
            if found.round() == round && found.phase() == State::END {
                return Err(None);
            }
            // Somebody claimed it before, and may have died since.
            ticket = advance(next, ticket);
        }
    }

    /// Claims the first message. `Err(None)`: the queue is closed and empty.
    fn claim_full(&self) -> Result<u64, Option<Busy>> {
        let next = &self.head.output.next;
        let mut ticket = next.load(Acquire);
        loop {
            let round = self.round(ticket);
            let full = State::new(round, State::FULL, 0);
            let me = self.members.me();
            let reading = State::new(round, State::READING, me);
            let Err(found) = self.change(ticket, full, reading) else {
                self.members.step(Step::TakeClaimed);
                advance(next, ticket);
                return Ok(ticket);
            };
            let busy = Err(Some(Busy { ticket, found }));
            match (found.round() == round, found.phase()) {
                // Whoever claimed the slot a round ago is still reading.
                _ if found.round() < round => return busy,
                (true, State::WRITING) => return busy,
                (true, State::END) => return Err(None),
                (true, State::FREE) => {
                    if self.head.closed.load(Acquire) == 0 {
                        return busy;
                    }
                    // A producer that saw the queue open may be about to
                    // claim the slot. Either it does, and its message is
                    // waited for, or this, and it is told.
                    let end = State::new(round, State::END, 0);
                    if self.change(ticket, found, end).is_ok() {
                        return Err(None);
                    }
                }
                _ => ticket = advance(next, ticket),
            }
        }
    }

    fn write(&self, ticket: u64, bytes: &[u8]) {
        let slot = self.slot(ticket);
        slot[LENGTH].store(bytes.len() as u64, Relaxed);
        let (words, rest) = bytes.as_chunks::<8>();
        let (first, second) = words.split_at(words.len() / 2);
        let copy = |to: &[AtomicU64], words: &[[u8; 8]]| {
            for (to, word) in to.iter().zip(words) {
                to.store(u64::from_le_bytes(*word), Relaxed);
            }
        };
        copy(&slot[BYTES..], first);
        self.members.step(Step::PutHalf);
        copy(&slot[BYTES + first.len()..], second);
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            let to = &slot[BYTES + words.len()];
            to.store(u64::from_le_bytes(word), Relaxed);
        }
    }

    fn read(&self, ticket: u64, bytes: &mut Vec<u8>) {
        let slot = self.slot(ticket);
        // Another process wrote it, and might have written anything.
        let most = (self.shape.stride - BYTES) * 8;
        let length = (slot[LENGTH].load(Relaxed) as usize).min(most);
        bytes.resize(length.next_multiple_of(8), 0);
        let (words, _) = bytes.as_chunks_mut::<8>();
        let (first, second) = words.split_at_mut(words.len() / 2);
        let copy = |words: &mut [[u8; 8]], from: &[AtomicU64]| {
            for (word, from) in words.iter_mut().zip(from) {
                *word = from.load(Relaxed).to_le_bytes();
            }
        };
        copy(first, &slot[BYTES..]);
        self.members.step(Step::TakeHalf);
        copy(second, &slot[BYTES + first.len()..]);
        bytes.truncate(length);
    }

    /// Hands a slot that this process has claimed to the producers.
    fn free(&self, ticket: u64) {
        let free = State::new(self.round(ticket) + 1, State::FREE, 0);
        // Release: who writes into it does so after it was read.
        self.slot(ticket)[STATE].store(free.0, Release);
        self.members.step(Step::TakeFreed);
        self.ring(&self.head.output);
        // At the end of a closed queue a consumer may wait for this slot, to
        // mark it. Its bell was rung by `close` after that of the output. So
        // either this ring came first, and that consumer sees the slot free,
        // or after it, and then this sees `closed`.
        if self.head.closed.load(Acquire) != 0 {
            self.ring(&self.head.input);
        }
    }

    fn change(&self, ticket: u64, old: State, new: State) -> Result<(), State> {
        // Acquire: whoever set the state has done its work before. Release:
        // that the ticket counter may follow.
        self.slot(ticket)[STATE]
            .compare_exchange(old.0, new.0, AcqRel, Acquire)
            .map(drop)
            .map_err(State)
    }

    /// Ends the claim of a member that is dead, if this is the place for it.
    fn settle(&self, claim: Busy) -> bool {
        let Busy { ticket, found } = claim;
        if found.phase() == State::WRITING {
            // A message that nobody will finish is skipped at the front of
            // the queue, when its turn has come.
            if found.round() != self.round(ticket) {
                return false;
            }
            let me = self.members.me();
            let mine = State::new(found.round(), State::READING, me);
            advance(&self.head.input.next, ticket);
            if self.change(ticket, found, mine).is_ok() {
                self.members.step(Step::Settling);
                advance(&self.head.output.next, ticket);
                self.task_done();
                self.free(ticket);
            }
            return true;
        }
        // The slot is waited for because of its ticket of a round ago.
        let ticket = ticket - self.shape.capacity() as u64;
        advance(&self.head.output.next, ticket);
        // Told before: if this process is killed here, it is told twice.
        self.members.lost(found.member());
        let free = State::new(found.round() + 1, State::FREE, 0);
        if self.change(ticket, found, free).is_ok() {
            self.ring(&self.head.output);
            self.ring(&self.head.input);
        }
        true
    }

    /// Wakes all who sleep for this side. Of the ones that were woken, each
    /// looks for itself: a wakeup for one alone would die with that one.
    fn ring(&self, side: &Side) {
        // One step with `wait`'s registration: it comes either before, and is
        // seen here, or after, and then whoever registers sees all that was
        // done before this.
        if side.bell.fetch_add(2, AcqRel) & SLEEPER != 0 {
            self.members.step(Step::Waking);
            side.bell.fetch_and(!SLEEPER, AcqRel);
            futex::wake(&side.bell, futex::ALL);
        }
    }

    /// Attempts it until it succeeds. Sleeps on the bell of `side` in between.
    fn wait<R>(
        &self,
        side: &Side,
        patience: Patience,
        attempt: impl Fn() -> Result<R, Option<Busy>>,
        hopeless: impl Fn() -> bool,
    ) -> Result<R, Failed> {
        match attempt() {
            Ok(done) => return Ok(done),
            Err(None) => return Err(Failed::Closed),
            Err(Some(busy)) => self.spin(busy),
        }
        let mut looks_at = None;
        let mut hopes = true;
        loop {
            let mut seen = SLEEPER;
            if patience != Patience::None {
                seen |= side.bell.fetch_or(SLEEPER, AcqRel);
                self.members.step(Step::Sleeping);
            }
            // Only now that a ring would be noticed.
            let busy = match attempt() {
                Ok(done) => return Ok(done),
                Err(None) => return Err(Failed::Closed),
                Err(Some(busy)) => busy,
            };
            let member = busy.found.member();
            let dead = || self.members.is_dead(member);
            if busy.found.is_claimed() && dead() && self.settle(busy) {
                continue;
            }
            if !hopes {
                return Err(Failed::Alone);
            }
            let deadline = match patience {
                Patience::None => return Err(Failed::TimedOut),
                Patience::Until(deadline) => Some(deadline),
                Patience::Endless => None,
            };
            let now = Instant::now();
            if deadline.is_some_and(|at| at <= now) {
                return Err(Failed::TimedOut);
            }
            let next_look = looks_at.get_or_insert(now + TICK);
            if *next_look <= now {
                // The last that the others did may have been what is waited
                // for: one more attempt.
                hopes = !hopeless();
                if !hopes {
                    continue;
                }
                *next_look = now + TICK;
            }
            let until = deadline.map_or(*next_look, |at| at.min(*next_look));
            let (Waited::Woken | Waited::TimedOut) =
                futex::wait(&side.bell, seen, Some(until));
        }
    }

    /// Looks for a moment, without a bell, whether what is in the way goes.
    /// Less and less often: each look takes the slot's cache line away from
    /// who is at work there, who gets ahead meanwhile.
    fn spin(&self, busy: Busy) {
        let state = &self.slot(busy.ticket)[STATE];
        for look in 0..self.shape.spins {
            for _ in 0..1 << look {
                spin_loop();
            }
            if state.load(Relaxed) != busy.found.0 {
                return;
            }
        }
    }
}

/// Moves a ticket counter past `ticket`, if nobody else has. Answers where it
/// is.
fn advance(next: &AtomicU64, ticket: u64) -> u64 {
    match next.compare_exchange(ticket, ticket + 1, AcqRel, Acquire) {
        Ok(_) => ticket + 1,
        Err(now) => now,
    }
}

#[cfg(test)]
mod tests {
    use super::{Failed, Head, LENGTH, Members, Patience, Shape, Slots};
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    /// The only one.
    struct One;

    impl Members for One {
        fn me(&self) -> u16 {
            1
        }

        fn is_dead(&self, _: u16) -> bool {
            false
        }

        fn is_alone(&self) -> bool {
            true
        }
    }

    fn words(shape: Shape) -> Vec<AtomicU64> {
        let words = 0..shape.words().unwrap();
        words.map(|_| AtomicU64::new(0)).collect()
    }

    #[test]
    fn impossible_sizes_are_none() {
        for (capacity, limit) in
            [(usize::MAX, 1), (1, usize::MAX), (1 << 62, 1 << 62)]
        {
            let shape = Shape::new(capacity, limit, 0);
            assert_eq!(shape.and_then(Shape::words), None);
        }
        assert_eq!(Shape::new(0, 0, 0).unwrap().capacity(), 1);
    }

    proptest! {
        #[test]
        fn it_is_a_queue(
            capacity in 1..9_usize,
            limit in 0..40_usize,
            // A message of so many bytes, or None to take one.
            steps in prop::collection::vec(
                prop::option::of(0..40_usize),
                0..100,
            ),
            closes_at in 0..120_usize,
        ) {
            let shape = Shape::new(capacity, limit, 0).unwrap();
            let (head, words) = (Head::default(), words(shape));
            let (head, words) = (&head, &words[..]);
            let slots = Slots { head, words, shape, members: One };
            let mut model: VecDeque<Vec<u8>> = VecDeque::new();
            let mut bytes = Vec::new();
            for (i, step) in steps.into_iter().enumerate() {
                if i == closes_at {
                    slots.close();
                }
                let closed = i >= closes_at;
                if let Some(length) = step {
                    let message = vec![i as u8; length.min(limit)];
                    let expected = match model.len() {
                        _ if closed => Err(Failed::Closed),
                        n if n == shape.capacity() => Err(Failed::TimedOut),
                        _ => Ok(()),
                    };
                    let put = slots.put(&message, Patience::None);
                    prop_assert_eq!(put, expected);
                    if put.is_ok() {
                        model.push_back(message);
                    }
                    continue;
                }
                let taken = slots.take(&mut bytes, Patience::None);
                match model.pop_front() {
                    Some(message) => {
                        prop_assert_eq!(taken, Ok(()));
                        prop_assert_eq!(&bytes, &message);
                    }
                    None if closed => {
                        prop_assert_eq!(taken, Err(Failed::Closed));
                    }
                    None => prop_assert_eq!(taken, Err(Failed::TimedOut)),
                }
                prop_assert_eq!(slots.count(), model.len());
            }
        }

        #[test]
        fn no_length_reaches_beyond_the_slot(length in any::<u64>()) {
            let shape = Shape::new(2, 24, 0).unwrap();
            let (head, words) = (Head::default(), words(shape));
            let (head, words) = (&head, &words[..]);
            let slots = Slots { head, words, shape, members: One };
            slots.put(&[7; 24], Patience::None).unwrap();
            words[LENGTH].store(length, Relaxed);
            let mut bytes = Vec::new();
            slots.take(&mut bytes, Patience::None).unwrap();
            prop_assert!(bytes.len() <= shape.stride * 8);
        }
    }
}
