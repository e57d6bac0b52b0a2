//! What the two ends do with the memory of a ring, wherever that lies.
//!
//! The sequence number in each slot is that of FastForward (Giacomoni,
//! Moseley and Vachharajani, 2008) and of Dmitry Vyukov's bounded queue.

use super::barrier::Barrier;
use super::futex;
use super::here::Here;
use super::peer::Peer;
use super::spin;
use std::cell::UnsafeCell;
use std::error;
use std::fmt;
use std::hint;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::thread;
use std::time::{Duration, Instant};

// ANCHOR: memory
/// What lies before the slots. Three places that are written at different
/// times, by different sides, on cache lines of their own.
#[repr(C)]
#[derive(Debug)]
pub struct Ends {
    /// The messages taken, ever, as far as their slots have been handed back.
    tail: Line<AtomicU64>,
    sender: Line<End>,
    receiver: Line<End>,
}

/// One side, as the other side sees it.
#[repr(C)]
#[derive(Debug)]
struct End {
    /// `SLEEPS`, `CLOSED`, `PANICKED`: what it sleeps on, and what the other side
    /// looks at with each message.
    bell: AtomicU32,
    /// The CPU that it was on when it told last, plus 1.
    cpu: AtomicU32,
    /// The process that uses it, a [`Peer`]; 0 if none has.
    owner: AtomicU64,
}

impl End {
    /// Does it belong to that process, from now on if it was nobody's?
    fn claim(&self, peer: Peer) -> bool {
        let me = peer.word();
        match self.owner.compare_exchange(0, me, Relaxed, Relaxed) {
            Ok(_) => true,
            Err(owner) => owner == me,
        }
    }
}

/// A slot of the ring. A message of 56 bytes fills a cache line with it.
#[repr(C)]
#[derive(Debug)]
pub struct Slot<T> {
    /// The number of the message in it, from 1; 0 if there never was one.
    sequence: AtomicU64,
    message: UnsafeCell<MaybeUninit<T>>,
}
// ANCHOR_END: memory

/// Two lines of 64 bytes: processors fetch them in pairs.
#[repr(C, align(128))]
#[derive(Debug)]
struct Line<T>(T);

/// It sleeps, or is about to. Set by itself, and cleared by whoever wakes it.
const SLEEPS: u32 = 1;
/// It is done: nothing more comes from there.
const CLOSED: u32 = 2;
/// It was dropped by a panic: what came from there is not all.
const PANICKED: u32 = 4;

impl Ends {
    /// Two ends that nobody has used.
    pub fn new() -> Ends {
        let end = || {
            Line(End {
                bell: AtomicU32::new(0),
                cpu: AtomicU32::new(0),
                owner: AtomicU64::new(0),
            })
        };
        Ends {
            tail: Line(AtomicU64::new(0)),
            sender: end(),
            receiver: end(),
        }
    }
}

impl<T> Slot<T> {
    /// A slot that holds nothing.
    pub fn new() -> Slot<T> {
        Slot {
            sequence: AtomicU64::new(0),
            message: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }
}

/// The memory of a ring.
///
/// # Safety
///
/// `ends` and `slots` return the same each time, at least one slot, and are
/// used through one [`Sender`] and one [`Receiver`] alone.
pub unsafe trait Place<T> {
    /// What both sides know of each other.
    fn ends(&self) -> &Ends;

    /// The slots.
    fn slots(&self) -> &[Slot<T>];

    /// Called between any two steps that the other side could see.
    fn step(&self, _step: Step) {}

    /// How long a side sleeps before it looks whether the other one is alive.
    ///
    /// A time below some of the kernel's own has it set the processor's timer
    /// anew with each sleep, which may cost as much as the sleep itself.
    fn look(&self) -> Duration {
        Duration::from_millis(100)
    }
}

/// A moment at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A message is written, and not published.
    Written,
    /// A batch is published, and nobody has been woken for it.
    Published,
    /// A message is copied, and its slot is not handed back.
    Taken,
    /// Slots are handed back, and nobody has been woken for them.
    Released,
    /// Who sleeps on the other side is about to be woken.
    Waking,
    /// Registered as a sleeper, and not asleep.
    Sleeping,
    /// About to close.
    Closing,
}

/// Why a message was not sent, or none came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The receiver has closed its end. What it had not taken is lost.
    Closed,
    /// The process of the other end has ended without closing it, or its
    /// thread has panicked.
    PeerDied,
    /// The time is up: the ring is still full, or empty.
    TimedOut,
    /// Another process uses this end; this is a copy, made by a fork.
    NotYours,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Closed => "the receiver has closed its end",
            Error::PeerDied => "the process of the other end has died",
            Error::TimedOut => "the time is up",
            Error::NotYours => "another process uses this end of the ring",
        })
    }
}

impl error::Error for Error {}

/// How often an end has called futex(2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FutexCalls {
    /// To sleep.
    pub waits: u64,
    /// To wake the other end.
    pub wakes: u64,
}

impl FutexCalls {
    /// All of them.
    pub fn total(self) -> u64 {
        self.waits + self.wakes
    }
}

/// An end's own side of things, in memory that nobody shares.
#[derive(Debug)]
struct Side {
    /// Where the end was made, or, once it is `bound`, where it is used.
    here: Here,
    bound: bool,
    barrier: Barrier,
    look: Duration,
    /// When it looked whether the other side is alive.
    looked: Option<Instant>,
    /// The messages that went through this end, ever.
    count: u64,
    /// The slot of the next one.
    index: usize,
    calls: FutexCalls,
}

impl Side {
    fn new(barrier: Barrier, look: Duration) -> Side {
        Side {
            here: Here::now(),
            bound: false,
            barrier,
            look,
            looked: None,
            count: 0,
            index: 0,
            calls: FutexCalls::default(),
        }
    }

    /// This end is used by this process, or by none.
    #[inline]
    fn check(&mut self, own: &End) -> Result<(), Error> {
        match self.bound && self.here.is_here() {
            true => Ok(()),
            false => self.bind(own),
        }
    }

    #[cold]
    fn bind(&mut self, own: &End) -> Result<(), Error> {
        let here = Here::now();
        if !own.claim(here.peer()) {
            return Err(Error::NotYours);
        }
        self.here = here;
        self.bound = true;
        self.barrier = self.barrier.join();
        Ok(())
    }

    /// One slot further.
    #[inline]
    fn advance(&mut self, slots: usize) {
        self.count = self.count.wrapping_add(1);
        self.index += 1;
        if self.index == slots {
            self.index = 0;
        }
    }

    /// Waits until `ready`, and answers false if the other side has closed
    /// and it will never be.
    #[inline]
    fn wait(
        &mut self,
        own: &End,
        other: &End,
        deadline: Option<Instant>,
        ready: impl Fn() -> bool,
        step: impl Fn(Step),
    ) -> Result<bool, Error> {
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return self.glance(other, ready);
        }
        for _ in 0..spin::looks(&own.cpu, &other.cpu) {
            if ready() {
                return Ok(true);
            }
            hint::spin_loop();
        }
        self.sleep(own, other, deadline, ready, step)
    }

    // ANCHOR: sleep
    /// Wakes the other side if it sleeps. What it waits for is published.
    #[inline]
    fn ring(&mut self, own: &End, other: &End, step: impl Fn(Step)) -> u32 {
        self.barrier.light();
        let bell = other.bell.load(Relaxed);
        if bell & SLEEPS != 0 {
            step(Step::Waking);
            self.wake(own, other);
        }
        bell
    }

    #[cold]
    fn wake(&mut self, own: &End, other: &End) {
        spin::tell(&own.cpu);
        // In one step, and not by a store: it may close at this moment. And
        // cleared before the wake: who is about to sleep finds it cleared.
        if other.bell.fetch_and(!SLEEPS, Relaxed) & SLEEPS != 0 {
            self.calls.wakes += 1;
            futex::wake(&other.bell, 1);
        }
    }

    #[cold]
    fn sleep(
        &mut self,
        own: &End,
        other: &End,
        deadline: Option<Instant>,
        ready: impl Fn() -> bool,
        step: impl Fn(Step),
    ) -> Result<bool, Error> {
        let late = |now| deadline.is_some_and(|deadline| deadline <= now);
        // Not counted from each wake-up: a signal may come every 20 ms.
        let mut look = Instant::now() + self.look;
        loop {
            let bell = own.bell.fetch_or(SLEEPS, Relaxed) | SLEEPS;
            self.barrier.heavy();
            // From here on either this side sees what the other one
            // publishes, or the other one sees that this side sleeps.
            if ready() {
                stay_awake(own);
                return Ok(true);
            }
            // Acquire: what was published before the end is seen below.
            let end = other.bell.load(Acquire);
            if end & CLOSED != 0 {
                stay_awake(own);
                return after(end, ready());
            }
            let mut now = Instant::now();
            if !late(now) {
                step(Step::Sleeping);
                self.calls.waits += 1;
                let until = deadline.map_or(look, |d| d.min(look));
                futex::wait(&own.bell, bell, Some(until));
                now = Instant::now();
                if now < look && !late(now) {
                    if ready() {
                        stay_awake(own);
                        return Ok(true);
                    }
                    continue;
                }
            }
            look = now + self.look;
            let died = self.has_died(other, now);
            if died || late(now) {
                stay_awake(own);
                return last_look(other, died, ready);
            }
        }
    }
    // ANCHOR_END: sleep

    /// Looks once, as the time is up already: without a system call, but for
    /// one look at the other side's process in so much time.
    #[cold]
    fn glance(
        &mut self,
        other: &End,
        ready: impl Fn() -> bool,
    ) -> Result<bool, Error> {
        let now = Instant::now();
        let soon = self.looked.is_some_and(|at| now - at < self.look);
        let died = !soon && self.has_died(other, now);
        last_look(other, died, ready)
    }

    /// Is the process of the other side dead?
    fn has_died(&mut self, other: &End, now: Instant) -> bool {
        let owner = other.owner.load(Relaxed);
        let died = owner != 0 && Peer::from_word(owner).has_ended();
        self.looked = (!died).then_some(now);
        died
    }

    fn close(&mut self, own: &End, other: &End, step: impl Fn(Step)) {
        step(Step::Closing);
        let end = match thread::panicking() {
            true => CLOSED | PANICKED,
            false => CLOSED,
        };
        // Release: who sees this sees the last message.
        own.bell.fetch_or(end, Release);
        self.ring(own, other, step);
    }

    /// Does this process answer for the end, so that it is closed with it?
    fn is_ours(&self, own: &End) -> bool {
        // One that nobody has used falls to the process that made it.
        self.here.is_here() && (self.bound || own.claim(self.here.peer()))
    }
}

/// What comes of a wait for one that has closed.
fn after(end: u32, ready: bool) -> Result<bool, Error> {
    match ready {
        true => Ok(true),
        false if end & PANICKED != 0 => Err(Error::PeerDied),
        false => Ok(false),
    }
}

/// What comes of a wait whose time is up, or whose other side has died.
fn last_look(
    other: &End,
    died: bool,
    ready: impl Fn() -> bool,
) -> Result<bool, Error> {
    // The last that it did may have been to publish, or to close.
    let end = other.bell.load(Acquire);
    match ready() {
        true => Ok(true),
        false if end & CLOSED != 0 => after(end, false),
        false if died => Err(Error::PeerDied),
        false => Err(Error::TimedOut),
    }
}

/// Until when one that waits for `time` waits; for ever, if no clock goes so
/// far.
fn within(time: Duration) -> Option<Instant> {
    Instant::now().checked_add(time)
}

/// Takes a registration back.
fn stay_awake(own: &End) {
    own.bell.fetch_and(!SLEEPS, Relaxed);
}

/// The end of a ring that messages go in at.
///
/// One process uses it, the first that calls one of its methods: a fork makes
/// a copy, and the copy that comes second gets [`Error::NotYours`]. Dropping
/// it closes it: the receiver takes what is left, and then learns that this
/// was all. If a panic drops it, the receiver gets [`Error::PeerDied`]. An
/// end that no process has used is closed by the one that made it.
#[derive(Debug)]
pub struct Sender<T, P: Place<T>> {
    place: P,
    side: Side,
    /// What `tail` was when it was looked at last.
    tail: u64,
    of: PhantomData<fn(T)>,
}

/// The end of a ring that messages come out of.
///
/// One process uses it, as with [`Sender`]. Dropping it closes it: the sender
/// learns of it with its next message. If a panic drops it, the sender gets
/// [`Error::PeerDied`].
#[derive(Debug)]
pub struct Receiver<T, P: Place<T>> {
    place: P,
    side: Side,
    /// How many messages have been taken whose slots are not handed back.
    kept: u64,
    /// So many slots are handed back at once.
    share: u64,
    of: PhantomData<fn() -> T>,
}

impl<T: Copy, P: Place<T>> Sender<T, P> {
    /// The only sender of a ring.
    pub fn new(place: P, barrier: Barrier) -> Self {
        Sender {
            side: Side::new(barrier, place.look()),
            place,
            tail: 0,
            of: PhantomData,
        }
    }

    /// Sends a message, waiting for room if the ring is full. If the receiver
    /// is only stopped, that may be for ever: see
    /// [`send_timeout`](Self::send_timeout).
    ///
    /// A receiver that has died is noticed when there is no room left, and
    /// within 100 ms then.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::PeerDied`] and [`Error::NotYours`]: it is
    /// not sent, or nobody will take it.
    pub fn send(&mut self, message: T) -> Result<(), Error> {
        self.send_until(message, None)
    }

    /// Sends a message, waiting for room for `time` at most. With
    /// [`Duration::ZERO`] it only looks, as
    /// [`recv_timeout`](Receiver::recv_timeout) does.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`Error::TimedOut`]: it is not sent.
    pub fn send_timeout(
        &mut self,
        message: T,
        time: Duration,
    ) -> Result<(), Error> {
        self.send_until(message, within(time))
    }

    #[inline]
    fn send_until(
        &mut self,
        message: T,
        deadline: Option<Instant>,
    ) -> Result<(), Error> {
        self.room(1, deadline)?;
        let at = self.side.index;
        self.write(at, message);
        self.side.advance(self.place.slots().len());
        self.publish(at, self.side.count)
    }

    /// Sends the first of `messages`, as many as there is room for, and
    /// answers how many. Waits until there is room for one. They are published
    /// together: should this process die before, none of them is. Of an empty
    /// slice it answers 0 at once, even if the ring is closed.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_batch(&mut self, messages: &[T]) -> Result<usize, Error> {
        self.send_batch_until(messages, None)
    }

    /// As [`send_batch`](Self::send_batch), waiting for room for `time` at
    /// most.
    ///
    /// # Errors
    ///
    /// As [`send_timeout`](Self::send_timeout).
    pub fn send_batch_timeout(
        &mut self,
        messages: &[T],
        time: Duration,
    ) -> Result<usize, Error> {
        self.send_batch_until(messages, within(time))
    }

    #[inline]
    fn send_batch_until(
        &mut self,
        messages: &[T],
        deadline: Option<Instant>,
    ) -> Result<usize, Error> {
        let Some((&first, rest)) = messages.split_first() else {
            return Ok(0);
        };
        let room = self.room(messages.len() as u64, deadline)?;
        let (at, number) = (self.side.index, self.side.count + 1);
        self.write(at, first);
        let slots = self.place.slots().len();
        self.side.advance(slots);
        let rest = &rest[..rest.len().min(room as usize - 1)];
        for &message in rest {
            self.write(self.side.index, message);
            let slot = &self.place.slots()[self.side.index];
            self.side.advance(slots);
            // Relaxed: the receiver comes here after the first one alone.
            slot.sequence.store(self.side.count, Relaxed);
        }
        // The first one last: with it the receiver sees all of them.
        self.publish(at, number)?;
        Ok(1 + rest.len())
    }

    // ANCHOR: publish
    #[inline]
    fn write(&self, at: usize, message: T) {
        let slot = &self.place.slots()[at];
        // SAFETY: nobody else writes here, and nobody reads. The receiver
        // has handed the slot back, which `room` saw by an Acquire; it comes
        // back when it sees the sequence number of this message.
        unsafe { slot.message.get().write(MaybeUninit::new(message)) };
        self.place.step(Step::Written);
    }

    #[inline]
    fn publish(&mut self, at: usize, number: u64) -> Result<(), Error> {
        let place = &self.place;
        // Release: who sees the number sees the message.
        place.slots()[at].sequence.store(number, Release);
        place.step(Step::Published);
        let ends = place.ends();
        let bell = self.side.ring(&ends.sender.0, &ends.receiver.0, |step| {
            place.step(step);
        });
        match bell & (CLOSED | PANICKED) {
            0 => Ok(()),
            CLOSED => Err(Error::Closed),
            _ => Err(Error::PeerDied),
        }
    }
    // ANCHOR_END: publish

    /// How many slots are free, at least one; `wanted` is what it is good
    /// for.
    #[inline]
    fn room(
        &mut self,
        wanted: u64,
        deadline: Option<Instant>,
    ) -> Result<u64, Error> {
        let ends = self.place.ends();
        self.side.check(&ends.sender.0)?;
        let slots = self.place.slots().len() as u64;
        let count = self.side.count;
        let free = |tail: u64| slots.saturating_sub(count.wrapping_sub(tail));
        // The tail that was seen last is good enough while it gives room: a
        // look at it takes its cache line away from the receiver.
        if free(self.tail) < wanted {
            // Acquire: the receiver is done with the slots before.
            self.tail = ends.tail.0.load(Acquire);
        }
        if free(self.tail) == 0 {
            let open = self.side.wait(
                &ends.sender.0,
                &ends.receiver.0,
                deadline,
                || free(ends.tail.0.load(Acquire)) > 0,
                |step| self.place.step(step),
            )?;
            if !open {
                return Err(Error::Closed);
            }
            self.tail = ends.tail.0.load(Acquire);
        }
        Ok(free(self.tail).max(1))
    }

    /// Says that this process is the one that uses the end. Its first
    /// operation says so as well.
    ///
    /// # Errors
    ///
    /// [`Error::NotYours`].
    pub fn bind(&mut self) -> Result<(), Error> {
        self.side.check(&self.place.ends().sender.0)
    }

    /// Says which process is going to use the end.
    pub fn assign(&self, peer: Peer) {
        assign(&self.place.ends().sender.0, peer);
    }

    /// How often this end has called futex(2) so far.
    pub fn futex_calls(&self) -> FutexCalls {
        self.side.calls
    }
}

impl<T: Copy, P: Place<T>> Receiver<T, P> {
    /// The only receiver of a ring, which hands back so many slots at once.
    pub fn new(place: P, barrier: Barrier, share: u64) -> Self {
        Receiver {
            side: Side::new(barrier, place.look()),
            place,
            kept: 0,
            share,
            of: PhantomData,
        }
    }

    /// The next message, waiting until there is one; `None` when the sender
    /// has closed its end and all messages have been taken. If the sender is
    /// only stopped, the wait may be for ever: see
    /// [`recv_timeout`](Self::recv_timeout).
    ///
    /// A sender that has died is noticed within 100 ms, after its last
    /// message has been taken.
    ///
    /// # Errors
    ///
    /// [`Error::PeerDied`]: the sender's process has ended without closing.
    /// [`Error::NotYours`].
    pub fn recv(&mut self) -> Result<Option<T>, Error> {
        self.recv_until(None)
    }

    /// The next message, waiting for `time` at most. With [`Duration::ZERO`]
    /// it only looks, without a system call: but at most once in 100 ms, and
    /// if there is none, it asks `/proc` whether the sender is alive.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv), and [`Error::TimedOut`].
    pub fn recv_timeout(&mut self, time: Duration) -> Result<Option<T>, Error> {
        self.recv_until(within(time))
    }

    #[inline]
    fn recv_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Option<T>, Error> {
        if !self.filled(deadline)? {
            return Ok(None);
        }
        let message = self.take();
        self.hand_back();
        Ok(Some(message))
    }

    /// Takes as many messages as are there and fit into `messages`, and
    /// answers how many. Waits until there is one; 0 is the end, as `None` is
    /// for [`recv`](Self::recv). So it answers for an empty slice, at once.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn recv_batch(&mut self, messages: &mut [T]) -> Result<usize, Error> {
        self.recv_batch_until(messages, None)
    }

    /// As [`recv_batch`](Self::recv_batch), waiting for `time` at most.
    ///
    /// # Errors
    ///
    /// As [`recv_timeout`](Self::recv_timeout).
    pub fn recv_batch_timeout(
        &mut self,
        messages: &mut [T],
        time: Duration,
    ) -> Result<usize, Error> {
        self.recv_batch_until(messages, within(time))
    }

    #[inline]
    fn recv_batch_until(
        &mut self,
        messages: &mut [T],
        deadline: Option<Instant>,
    ) -> Result<usize, Error> {
        if messages.is_empty() || !self.filled(deadline)? {
            return Ok(0);
        }
        let mut taken = 0;
        for place in messages {
            if taken > 0 && !self.has_next() {
                break;
            }
            *place = self.take();
            taken += 1;
        }
        self.hand_back();
        Ok(taken)
    }

    /// Is there a message in the next slot?
    #[inline]
    fn has_next(&self) -> bool {
        let slot = &self.place.slots()[self.side.index];
        // Acquire: with the number comes the message.
        slot.sequence.load(Acquire) == self.side.count.wrapping_add(1)
    }

    /// Copies the message out of the next slot, where there is one.
    #[inline]
    fn take(&mut self) -> T {
        let slots = self.place.slots();
        // SAFETY: `has_next` saw the number that the sender stores once the
        // message is written, and the sender leaves the slot alone until it
        // is handed back.
        let message = unsafe {
            slots[self.side.index].message.get().read().assume_init()
        };
        self.place.step(Step::Taken);
        self.side.advance(slots.len());
        self.kept += 1;
        message
    }

    /// Hands slots back when there is a share of them.
    #[inline]
    fn hand_back(&mut self) {
        if self.kept < self.share {
            return;
        }
        self.kept = 0;
        let place = &self.place;
        // Release: the messages have been read before.
        let ends = place.ends();
        ends.tail.0.store(self.side.count, Release);
        place.step(Step::Released);
        self.side.ring(&ends.receiver.0, &ends.sender.0, |step| {
            place.step(step);
        });
    }

    /// Waits for a message; false if none will come.
    #[inline]
    fn filled(&mut self, deadline: Option<Instant>) -> Result<bool, Error> {
        let ends = self.place.ends();
        self.side.check(&ends.receiver.0)?;
        if self.has_next() {
            return Ok(true);
        }
        let slot = &self.place.slots()[self.side.index];
        let number = self.side.count.wrapping_add(1);
        self.side.wait(
            &ends.receiver.0,
            &ends.sender.0,
            deadline,
            || slot.sequence.load(Acquire) == number,
            |step| self.place.step(step),
        )
    }

    /// Says that this process is the one that uses the end. Its first
    /// operation says so as well.
    ///
    /// # Errors
    ///
    /// [`Error::NotYours`].
    pub fn bind(&mut self) -> Result<(), Error> {
        self.side.check(&self.place.ends().receiver.0)
    }

    /// Says which process is going to use the end.
    pub fn assign(&self, peer: Peer) {
        assign(&self.place.ends().receiver.0, peer);
    }

    /// How often this end has called futex(2) so far.
    pub fn futex_calls(&self) -> FutexCalls {
        self.side.calls
    }
}

fn assign(end: &End, peer: Peer) {
    // Else it is used already, and by whom stands there.
    end.claim(peer);
}

impl<T, P: Place<T>> Drop for Sender<T, P> {
    fn drop(&mut self) {
        let ends = self.place.ends();
        if self.side.is_ours(&ends.sender.0) {
            let step = |step| self.place.step(step);
            self.side.close(&ends.sender.0, &ends.receiver.0, step);
        }
    }
}

impl<T, P: Place<T>> Drop for Receiver<T, P> {
    fn drop(&mut self) {
        let ends = self.place.ends();
        if self.side.is_ours(&ends.receiver.0) {
            let step = |step| self.place.step(step);
            self.side.close(&ends.receiver.0, &ends.sender.0, step);
        }
    }
}
