//! How a worker and the pool tell each other that there is something to do,
//! and sleep without missing it. These are atomics only: the memory that they
//! stand in, and what one sleeps on, belong to the
//! [board](super::board::Board).
//!
//! *The pool sleeps and a worker wakes it.* The worker publishes, takes a
//! chunk from the counter, and looks whether the pool wants to be woken. The
//! pool tells what it wants, adds 0 to the counter, and looks whether that
//! has been published. One of the two additions is first, and who comes
//! second sees all that was written before it. So no task pays for a fence,
//! and one for each chunk is paid for already. With a worker whose ring is
//! full in mid-result the pool meets in the same way where it tells what it
//! wants: both swap it.
//!
//! *A worker sleeps and the pool wakes it.* Each tells what it did, fences,
//! and looks what the other did: of two `SeqCst` fences, too, one is first.

use std::sync::atomic::{
    AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
    fence,
};

/// The bytes of a ring; a power of two. More results than fit wait in the
/// worker until the pool has read some.
pub const RING: usize = 1 << 17;

/// What the pool waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A ring that is half full.
    Bulk = 1,
    /// Any result.
    Any = 2,
}

#[derive(Default)]
#[repr(align(128))]
struct Padded<T>(T);

/// What hands out the chunks. One in front of a mapping; all zero is the
/// state at the start.
#[derive(Default)]
#[repr(C, align(128))]
pub struct Counter {
    /// The next chunk.
    next: AtomicUsize,
    /// What the pool sleeps for: `Wanted`, or 0 while it is awake. On a
    /// cache line of its own: each worker reads it after each result.
    wanted: Padded<AtomicU32>,
}

impl Counter {
    /// For a worker: takes the next chunk. After this, [`Counter::rings`]
    /// sees what the pool wants, or the pool what the worker had published.
    pub fn take(&self) -> usize {
        self.next.fetch_add(1, AcqRel)
    }

    /// How many chunks have been taken.
    pub fn taken(&self) -> usize {
        self.next.load(Acquire)
    }

    /// For a worker: is the pool to be woken for what is in this ring? Then
    /// it is up to the caller, and to no other worker.
    pub fn rings(&self, slot: &Slot) -> bool {
        let wanted = match self.wanted.0.load(Relaxed) {
            0 => return false,
            1 => Wanted::Bulk,
            _ => Wanted::Any,
        };
        slot.has(wanted) && self.wakes()
    }

    /// For a worker: is the pool to be woken, whatever it wants?
    fn wakes(&self) -> bool {
        self.wanted.0.swap(0, AcqRel) != 0
    }

    /// For the pool: tells the workers what it is going to sleep for. It has
    /// to look at each ring once more before it does.
    pub fn want(&self, wanted: Wanted) {
        // Who comes second, to this or to `wakes`, sees what the first did.
        self.wanted.0.swap(wanted as u32, AcqRel);
        // And to this or to `take`.
        self.next.fetch_add(0, AcqRel);
    }

    /// For the pool: sleeps, unless what it wants is there. `look` looks at
    /// each ring.
    pub fn sleep<T>(
        &self,
        wanted: Wanted,
        look: impl FnOnce() -> bool,
        sleep: impl FnOnce() -> T,
    ) -> Option<T> {
        self.want(wanted);
        // Whoever published before it could know what is wanted does not
        // ring.
        let slept = (!look()).then(sleep);
        self.awake();
        slept
    }

    /// For the pool: it is awake.
    pub fn awake(&self) {
        // No store, which would hide from the next swap who swapped before.
        self.wanted.0.swap(0, AcqRel);
    }
}

/// One of these a worker. All zero is the state at the start.
#[derive(Default)]
#[repr(C, align(128))]
pub struct Slot {
    /// Written by the worker: see [`State`](super::board::State).
    pub state: AtomicU64,
    /// Written by the worker: the bytes that it has published, ever.
    head: AtomicUsize,
    /// The worker waits for room. The pool takes it back.
    starving: AtomicU32,
    /// Written by the pool.
    pool: Padded<Reader>,
}

#[derive(Default)]
struct Reader {
    /// The bytes that it has read, ever.
    tail: AtomicUsize,
    /// Changes when there is room for one that was `starving`: what it
    /// sleeps on.
    room: AtomicU32,
    /// The worker is to end after its chunk.
    dismissed: AtomicU32,
}

impl Slot {
    /// For the worker: the bytes that it has published, and how many more
    /// there is room for.
    pub fn room(&self) -> (usize, usize) {
        let head = self.head.load(Relaxed);
        let used = head.wrapping_sub(self.pool.0.tail.load(Acquire));
        (head, RING.saturating_sub(used))
    }

    /// For the worker: publishes what it has written up to `head`.
    pub fn publish(&self, head: usize) {
        self.head.store(head, Release);
    }

    /// For the worker, whose ring is full: wakes the pool, and sleeps while
    /// the word is what it was. It may return without a reason.
    pub fn wait_for_room(
        &self,
        counter: &Counter,
        ring: impl FnOnce(),
        sleep: impl FnOnce(&AtomicU32, u32),
    ) {
        // Read before registering: whoever takes the registration back
        // changes it afterwards, so that the sleep below then ends at once.
        let room = self.pool.0.room.load(Acquire);
        self.starving.store(1, Release);
        fence(SeqCst);
        if self.room().1 > 0 {
            return;
        }
        if counter.wakes() {
            ring();
        }
        sleep(&self.pool.0.room, room);
    }

    /// For the pool: the bytes that it has read, and the bytes that the
    /// worker has published.
    pub fn unread(&self) -> (usize, usize) {
        (self.pool.0.tail.load(Relaxed), self.head.load(Acquire))
    }

    /// For the pool: it has read up to `head`. Wakes the worker if that
    /// waits for room.
    pub fn free(&self, head: usize, wake: impl FnOnce(&AtomicU32)) {
        self.pool.0.tail.store(head, Release);
        fence(SeqCst);
        if self.starving.load(Acquire) != 0 {
            self.starving.store(0, Release);
            self.pool.0.room.fetch_add(1, AcqRel);
            wake(&self.pool.0.room);
        }
    }

    /// Has this worker published what is wanted?
    pub fn has(&self, wanted: Wanted) -> bool {
        let tail = self.pool.0.tail.load(Relaxed);
        let used = self.head.load(Acquire).wrapping_sub(tail);
        match wanted {
            Wanted::Any => used > 0,
            Wanted::Bulk => used >= RING / 2,
        }
    }

    /// For the pool: does the worker wait for room in its ring?
    pub fn starving(&self) -> bool {
        self.starving.load(Acquire) != 0
    }

    /// For the pool: asks the worker to end after its chunk.
    pub fn dismiss(&self) {
        self.pool.0.dismissed.store(1, Relaxed);
    }

    /// For the worker: is it to end?
    pub fn dismissed(&self) -> bool {
        self.pool.0.dismissed.load(Relaxed) != 0
    }

    /// For the pool: as new. There is no worker.
    pub fn reset(&self) {
        self.state.store(0, Relaxed);
        self.head.store(0, Relaxed);
        self.starving.store(0, Relaxed);
        self.pool.0.tail.store(0, Relaxed);
        self.pool.0.dismissed.store(0, Relaxed);
    }
}
