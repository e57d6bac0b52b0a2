//! What a pool and its workers share: the counter that hands out tasks, and
//! for each worker its state and a ring of bytes that carries its results.

use super::protocol::{Counter, RING, Slot, Wanted};
use super::strike::{self, At};
use rustix::event::{EventfdFlags, eventfd};
use rustix::thread::futex;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::{self, NonNull};
use std::sync::atomic::Ordering::{Acquire, Release};

/// A frame longer than this is published in pieces.
const PIECE: usize = 1 << 14;

// ANCHOR: state
/// What a worker is at. It tells of itself before it does what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not finished its initializer.
    Starting,
    /// It takes a chunk from the counter, and may have got one already.
    Claiming,
    /// It ran as many tasks as it may, and holds none.
    Retired,
    /// There are no more tasks, and it holds none.
    Finished,
    /// It runs this task, or sends its result.
    Holding(usize),
}
// ANCHOR_END: state

/// The mapping, and the descriptor by which workers wake the pool.
///
/// It is `MAP_SHARED | MAP_ANONYMOUS`: it has no name to be left behind, and
/// is gone with the last process that maps it. A full `/dev/shm` does not
/// concern it.
pub struct Board {
    start: NonNull<u8>,
    slots: usize,
    bell: OwnedFd,
}

impl Board {
    /// A board for so many workers.
    pub fn new(slots: usize) -> io::Result<Board> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        // SAFETY: a new mapping, at an address that the kernel chooses.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                Board::length(slots),
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).expect("mmap says -1");
        Ok(Board { start, slots, bell })
    }

    fn length(slots: usize) -> usize {
        size_of::<Counter>() + slots * (size_of::<Slot>() + RING)
    }

    fn counter(&self) -> &Counter {
        // SAFETY: the mapping begins with a `Counter`, aligned to a page, and
        // lives as long as `self`. It is made of atomics, for which all
        // bytes are valid; whatever another process does to them, it is no
        // data race.
        unsafe { self.start.cast().as_ref() }
    }

    fn slot(&self, worker: usize) -> &Slot {
        assert!(worker < self.slots);
        let at = size_of::<Counter>() + worker * size_of::<Slot>();
        // SAFETY: it lies within the mapping, aligned as both sizes are; as
        // above.
        unsafe { self.start.add(at).cast().as_ref() }
    }

    fn ring(&self, worker: usize) -> NonNull<u8> {
        assert!(worker < self.slots);
        let at = size_of::<Counter>()
            + self.slots * size_of::<Slot>()
            + worker * RING;
        // SAFETY: it lies within the mapping.
        unsafe { self.start.add(at) }
    }

    // What a worker calls.

    /// Takes the next chunk. What is returned may be beyond the last one.
    /// The pool is awake or has been woken, if it slept for what this worker
    /// had published until then.
    pub fn claim(&self, worker: usize) -> usize {
        let slot = self.slot(worker);
        // Told before the counter moves, so that no death leaves a chunk
        // taken by one who tells that it is at something else.
        slot.state.store(pack(State::Claiming), Release);
        let chunk = self.counter().take();
        strike::at(At::Claimed);
        if self.counter().rings(slot) {
            self.ring_bell();
        }
        chunk
    }

    /// Tells what the worker is at.
    pub fn tell(&self, worker: usize, state: State) {
        self.slot(worker).state.store(pack(state), Release);
    }

    /// Is the worker to end after its chunk?
    pub fn dismissed(&self, worker: usize) -> bool {
        self.slot(worker).dismissed()
    }

    /// Publishes a frame, and wakes the pool if it is seen to sleep for that:
    /// a pool that falls asleep right now may not be seen before the next
    /// [`claim`](Board::claim). Waits while the ring is full: for ever,
    /// should the pool never read. It ends with the pool's process.
    pub fn send(&self, worker: usize, frame: &[u8]) {
        let slot = self.slot(worker);
        let mut rest = frame;
        while !rest.is_empty() {
            let (head, room) = slot.room();
            if room == 0 {
                self.wait_for_room(slot);
                continue;
            }
            let at = head % RING;
            let n = rest.len().min(room).min(PIECE).min(RING - at);
            // SAFETY: `at + n` is at most RING. These bytes lie outside
            // `tail..head`, so that the pool does not read them; nobody but
            // this worker writes here.
            unsafe {
                let to = self.ring(worker).add(at).as_ptr();
                ptr::copy_nonoverlapping(rest.as_ptr(), to, n);
            }
            strike::at_piece();
            slot.publish(head.wrapping_add(n));
            rest = &rest[n..];
        }
        strike::at(At::Sent);
        if self.counter().rings(slot) {
            self.ring_bell();
        }
    }

    #[cold]
    fn wait_for_room(&self, slot: &Slot) {
        let ring = || self.ring_bell();
        slot.wait_for_room(self.counter(), ring, |word, is| {
            // Without PRIVATE: the other side is another process. A signal
            // or a change ends it, and the caller looks again.
            let _ = futex::wait(word, futex::Flags::empty(), is, None);
        });
    }

    #[cold]
    fn ring_bell(&self) {
        // It fails only if the counter is full: it has been rung.
        let _ = rustix::io::write(&self.bell, &1u64.to_ne_bytes());
    }

    // What the pool calls.

    /// How many chunks have been taken. More than there are, when workers
    /// have found out that there are no more.
    pub fn claimed(&self) -> usize {
        self.counter().taken()
    }

    /// What the worker says it is at. Once it has been reaped, that is what
    /// it was at when it died.
    pub fn state(&self, worker: usize) -> State {
        unpack(self.slot(worker).state.load(Acquire))
    }

    /// Does the worker wait for room in its ring?
    pub fn starving(&self, worker: usize) -> bool {
        self.slot(worker).starving()
    }

    /// Asks the worker to end after its chunk: it is not waited for.
    pub fn dismiss(&self, worker: usize) {
        self.slot(worker).dismiss();
    }

    /// Makes a slot as new. Its worker has been reaped, or never was.
    pub fn reset(&self, worker: usize) {
        self.slot(worker).reset();
    }

    /// Appends what the worker has published to `bytes`; `make` makes room
    /// for so many. Answers how many bytes came.
    ///
    /// # Errors
    ///
    /// The worker has written over its own bookkeeping.
    pub fn receive<'a>(
        &self,
        worker: usize,
        make: impl FnOnce(usize) -> &'a mut Vec<u8>,
    ) -> Result<usize, ()> {
        let slot = self.slot(worker);
        let (tail, head) = slot.unread();
        let n = head.wrapping_sub(tail);
        match n {
            0 => return Ok(0),
            n if n > RING => return Err(()),
            _ => {}
        }
        let bytes = make(n);
        bytes.reserve(n);
        let first = n.min(RING - tail % RING);
        // SAFETY: `tail..head` lies within the ring, and the worker leaves
        // it alone until `tail` moves. There is room for `n` bytes behind
        // the vector's length, and all of them are written.
        unsafe {
            let ring = self.ring(worker).as_ptr();
            let to = bytes.as_mut_ptr().add(bytes.len());
            ptr::copy_nonoverlapping(ring.add(tail % RING), to, first);
            ptr::copy_nonoverlapping(ring, to.add(first), n - first);
            bytes.set_len(bytes.len() + n);
        }
        slot.free(head, |word| {
            let _ = futex::wake(word, futex::Flags::empty(), 1);
        });
        Ok(n)
    }

    /// Tells the workers what the pool is going to sleep for. It must look
    /// once more at all rings before it sleeps.
    pub fn want(&self, wanted: Wanted) {
        self.counter().want(wanted);
    }

    /// Sleeps for what is wanted, unless a worker has published it, and lets
    /// the bell fall silent.
    pub fn sleep<T>(
        &self,
        wanted: Wanted,
        look: impl FnOnce() -> bool,
        sleep: impl FnOnce() -> T,
    ) -> Option<T> {
        let slept = self.counter().sleep(wanted, look, sleep);
        self.hush();
        slept
    }

    /// Has this worker published what is wanted?
    pub fn due(&self, worker: usize, wanted: Wanted) -> bool {
        self.slot(worker).has(wanted)
    }

    /// The pool is awake.
    pub fn awake(&self) {
        self.counter().awake();
        self.hush();
    }

    fn hush(&self) {
        let _ = rustix::io::read(&self.bell, &mut [0; 8]);
    }
}

impl AsFd for Board {
    /// Readable when a worker has rung.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let length = Board::length(self.slots);
        // SAFETY: `new` made this mapping, and all references into it
        // borrow from `self`.
        unsafe { libc::munmap(self.start.as_ptr().cast(), length) };
    }
}

fn pack(state: State) -> u64 {
    match state {
        State::Starting => 0,
        State::Claiming => 1,
        State::Retired => 2,
        State::Finished => 3,
        State::Holding(task) => task as u64 + 4,
    }
}

fn unpack(word: u64) -> State {
    match word {
        0 => State::Starting,
        1 => State::Claiming,
        2 => State::Retired,
        3 => State::Finished,
        task => State::Holding((task - 4) as usize),
    }
}
