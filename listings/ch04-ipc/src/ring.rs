//! A queue in shared memory between one process that sends and one that
//! receives. As long as neither has to wait, neither calls the kernel.
//!
//! # Examples
//!
//! A child process sends, and this one receives:
//!
//! ```standalone_crate
//! use ch04_ipc::ring;
//!
//! let (sender, mut receiver) = ring::channel::<[u64; 2]>(64)?;
//! let mut child = ring::in_child(sender, |mut sender| {
//!     (0..1000).try_for_each(|n| sender.send([n, n * n])).is_err().into()
//! })?;
//! let mut sum = 0;
//! while let Some([n, square]) = receiver.recv()? {
//!     assert_eq!(square, n * n);
//!     sum += n;
//! }
//! assert_eq!(sum, 499_500);
//! assert!(child.wait()?.success());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A message is plain bytes: numbers, arrays of them, and structs of which
//! zerocopy has made sure that no byte is padding and any bytes are a value.
//!
//! ```
//! use ch04_ipc::ring;
//! use zerocopy::{FromBytes, Immutable, IntoBytes};
//!
//! #[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes)]
//! #[repr(C)]
//! struct Reading {
//!     sensor: u32,
//!     celsius: f32,
//! }
//!
//! let (mut sender, mut receiver) = ring::channel::<Reading>(4)?;
//! sender.send(Reading { sensor: 7, celsius: 21.5 })?;
//! assert_eq!(receiver.recv()?.unwrap().celsius, 21.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a pointer leads to stays behind in the other process:
//!
//! ```compile_fail,E0277
//! use ch04_ipc::ring;
//!
//! let ends = ring::channel::<&str>(4);
//! ```

mod protocol;

pub mod faults;

pub use self::protocol::{Error, FutexCalls};

use self::protocol::{Ends, Place, Slot};
use crate::barrier::Barrier;
use crate::peer::Peer;
use crate::{barrier, futex, here, peer, spin};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::SharedSlice;
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use zerocopy::{FromBytes, IntoBytes};

/// What can be sent: bytes, without padding, that are a value whatever they
/// are. It holds nothing that means something in one process alone.
pub trait Message: Copy + Send + FromBytes + IntoBytes + 'static {}

impl<T: Copy + Send + FromBytes + IntoBytes + 'static> Message for T {}

/// The memory of a ring. It has no name, and is gone with the last process
/// that has it mapped.
#[derive(Debug)]
pub struct Ring<T> {
    /// `Ends`, and behind them the slots.
    start: NonNull<u8>,
    slots: usize,
    /// Holds the memory.
    _words: Arc<SharedSlice<AtomicU64>>,
    of: PhantomData<fn() -> T>,
}

/// The end that messages go in at.
pub type Sender<T> = protocol::Sender<T, Ring<T>>;

/// The end that messages come out of.
pub type Receiver<T> = protocol::Receiver<T, Ring<T>>;

/// The two ends of a ring in which at least `capacity` messages can wait.
///
/// Make it before the fork, and give one end to the child: by [`in_child`],
/// and not by moving it into the closure of [`ForkedChild::start`], since the
/// parent drops its copy of that, and so closes an end that the child has not
/// used yet. The two ends can also be used by two threads, or by one.
///
/// A process that dies is noticed once it uses its end, or was handed it by
/// `in_child`. One that runs another program by exec(2) has lost its end, and
/// counts as alive until that program ends.
///
/// # Errors
///
/// `capacity` is 0, or the system has not so much memory.
pub fn channel<T: Message>(
    capacity: usize,
) -> io::Result<(Sender<T>, Receiver<T>)> {
    let (ring, share) = Ring::new(capacity)?;
    let barrier = Barrier::choose();
    let receiver = Receiver::new(ring.clone(), barrier, share);
    Ok((Sender::new(ring, barrier), receiver))
}

impl<T> Ring<T> {
    /// The memory, and how many slots the receiver is to hand back at once.
    ///
    /// One look at `tail` then serves the sender for many messages, and a
    /// sleeping one is woken to some work. There are so many slots more that
    /// it never waits while fewer than `capacity` messages do.
    fn new(capacity: usize) -> io::Result<(Ring<T>, u64)>
    where
        T: Message,
    {
        const {
            assert!(mem::size_of::<T>() > 0, "a message has bytes");
            assert!(mem::align_of::<T>() <= 128, "no more than `Ends` has");
        }
        let share = (capacity / 8).max(1);
        let words = || {
            let slots = capacity.checked_add(share - 1)?;
            let bytes = slots.checked_mul(mem::size_of::<Slot<T>>())?;
            let bytes = bytes.checked_add(mem::size_of::<Ends>())?;
            Some((slots, bytes.div_ceil(mem::size_of::<AtomicU64>())))
        };
        let (slots, words) =
            words().filter(|_| capacity > 0).ok_or_else(|| {
                let message = format!("no ring for {capacity} messages");
                io::Error::new(io::ErrorKind::InvalidInput, message)
            })?;
        let words = SharedSlice::<AtomicU64>::new(words)?;
        let ring = Ring {
            start: NonNull::from(&*words).cast(),
            slots,
            _words: Arc::new(words),
            of: PhantomData,
        };
        // SAFETY: the memory begins on a page, holds `Ends` and so many slots
        // behind them, and nobody else has it yet. `Ends` has a size that is
        // a multiple of any slot's alignment.
        unsafe {
            ring.ends_start().write(Ends::new());
            for at in 0..slots {
                ring.slots_start().add(at).write(Slot::new());
            }
        }
        Ok((ring, share as u64))
    }

    fn ends_start(&self) -> NonNull<Ends> {
        self.start.cast()
    }

    fn slots_start(&self) -> NonNull<Slot<T>> {
        // SAFETY: the slots lie behind the ends, in the same memory.
        unsafe { self.ends_start().add(1).cast() }
    }
}

impl<T> Clone for Ring<T> {
    fn clone(&self) -> Self {
        Ring {
            start: self.start,
            slots: self.slots,
            _words: Arc::clone(&self._words),
            of: PhantomData,
        }
    }
}

// SAFETY: `new` has written both, and they stay where they are as long as
// `_words` does. One sender and one receiver are made of a ring, by
// `channel`, and neither can be cloned.
unsafe impl<T> Place<T> for Ring<T> {
    #[inline]
    fn ends(&self) -> &Ends {
        // SAFETY: it is there, and all of it that changes is atomic.
        unsafe { self.ends_start().as_ref() }
    }

    #[inline]
    fn slots(&self) -> &[Slot<T>] {
        // SAFETY: so many are there. What changes is an atomic or within an
        // `UnsafeCell`. Whatever another process writes, it is a `T`.
        unsafe {
            slice::from_raw_parts(self.slots_start().as_ptr(), self.slots)
        }
    }
}

// SAFETY: it is an address that all threads can use; what they do there is
// for the ends to answer for, of which each is used by `&mut` alone.
unsafe impl<T: Send> Send for Ring<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Ring<T> {}

/// Forks a child and hands `ends` over to it: one end, or a pair of them. It
/// runs `body`, and ends with what that returns as its exit status, as
/// [`ForkedChild::start`] says.
///
/// The other sides know at once whose the ends are, so that none of them
/// waits for a child that died before it came to use them.
///
/// # Errors
///
/// As [`ForkedChild::start`]: this process has more than one thread, for one.
/// Or `/proc` does not show the child, which is killed then. The other sides
/// are told: the ends are closed, or [`Error::PeerDied`].
pub fn in_child<E: Handover>(
    ends: E,
    body: impl FnOnce(E) -> i32,
) -> io::Result<ForkedChild> {
    // The parent's copy must outlive its closure, in which it is dropped.
    let mut ends = Some(ends);
    let child = ForkedChild::start(|| {
        let mut ends = ends.take().expect("it is handed over once");
        match ends.bind() {
            Ok(()) => body(ends),
            Err(_) => 101,
        }
    })?;
    if let Some(ends) = ends {
        // Before they are dropped: what is nobody's would be closed by that.
        ends.assign(Peer::of(child.pid().unsigned_abs())?);
    }
    Ok(child)
}

/// What can be handed over to a child: the ends of rings.
pub trait Handover {
    /// They are used in this process from now on.
    ///
    /// # Errors
    ///
    /// [`Error::NotYours`].
    fn bind(&mut self) -> Result<(), Error>;

    /// They are used in that process from now on.
    fn assign(&self, peer: Peer);
}

impl<T: Copy, P: Place<T>> Handover for protocol::Sender<T, P> {
    fn bind(&mut self) -> Result<(), Error> {
        self.bind()
    }

    fn assign(&self, peer: Peer) {
        self.assign(peer);
    }
}

impl<T: Copy, P: Place<T>> Handover for protocol::Receiver<T, P> {
    fn bind(&mut self) -> Result<(), Error> {
        self.bind()
    }

    fn assign(&self, peer: Peer) {
        self.assign(peer);
    }
}

impl<A: Handover, B: Handover> Handover for (A, B) {
    fn bind(&mut self) -> Result<(), Error> {
        self.0.bind()?;
        self.1.bind()
    }

    fn assign(&self, peer: Peer) {
        self.0.assign(peer);
        self.1.assign(peer);
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Ring, channel};
    use crate::barrier::Barrier;
    use crate::ring::protocol::{Receiver, Sender};
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::io;
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn impossible_capacities_are_errors() {
        for capacity in [0, usize::MAX, usize::MAX / 16] {
            let error = channel::<u64>(capacity).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn a_line_holds_a_slot_of_56_bytes() {
        assert_eq!(size_of::<super::Slot<[u64; 7]>>(), 64);
        assert_eq!(size_of::<super::Ends>() % 64, 0);
    }

    #[test]
    fn two_threads_pass_all_messages_in_order() {
        for capacity in [1, 2, 7, 64] {
            let (mut sender, mut receiver) = channel::<u64>(capacity).unwrap();
            let messages = 2_000;
            thread::scope(|scope| {
                scope.spawn(move || {
                    for n in 0..messages {
                        sender.send(n).unwrap();
                    }
                });
                for n in 0..messages {
                    assert_eq!(receiver.recv(), Ok(Some(n)));
                }
                assert_eq!(receiver.recv(), Ok(None));
            });
        }
    }

    #[test]
    fn batches_are_taken_as_they_come() {
        let (sender, mut receiver) = channel::<u64>(8).unwrap();
        let messages: Vec<u64> = (0..3_000).collect();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut sender = sender;
                let mut rest = &messages[..];
                while !rest.is_empty() {
                    let n = sender.send_batch(&rest[..rest.len().min(5)]);
                    rest = &rest[n.unwrap()..];
                }
            });
            let (mut all, mut some) = (Vec::new(), [0; 3]);
            loop {
                match receiver.recv_batch(&mut some).unwrap() {
                    0 => break,
                    n => all.extend_from_slice(&some[..n]),
                }
            }
            assert_eq!(all, messages);
        });
    }

    #[test]
    fn a_closed_end_is_told_to_the_other() {
        let (mut sender, receiver) = channel::<u64>(2).unwrap();
        drop(receiver);
        assert_eq!(sender.send(1), Err(Error::Closed));

        let (mut sender, mut receiver) = channel::<u64>(2).unwrap();
        sender.send(1).unwrap();
        drop(sender);
        assert_eq!(receiver.recv(), Ok(Some(1)));
        assert_eq!(receiver.recv(), Ok(None));
        assert_eq!(receiver.recv(), Ok(None));
    }

    #[test]
    fn a_panic_is_no_end() {
        let (mut sender, mut receiver) = channel::<u64>(2).unwrap();
        let sending = thread::spawn(move || {
            sender.send(1).unwrap();
            panic!("as planned");
        });
        assert!(sending.join().is_err());
        assert_eq!(receiver.recv(), Ok(Some(1)));
        assert_eq!(receiver.recv(), Err(Error::PeerDied));
    }

    #[test]
    fn a_wait_has_a_limit() {
        let (mut sender, mut receiver) = channel::<u64>(1).unwrap();
        let time = Duration::from_millis(3);
        assert_eq!(receiver.recv_timeout(time), Err(Error::TimedOut));
        let none = Duration::ZERO;
        assert_eq!(receiver.recv_timeout(none), Err(Error::TimedOut));
        sender.send(7).unwrap();
        assert_eq!(sender.send_timeout(8, time), Err(Error::TimedOut));
        assert_eq!(sender.send_timeout(8, none), Err(Error::TimedOut));
        assert_eq!(receiver.recv_timeout(none), Ok(Some(7)));
        assert_eq!(sender.send_timeout(8, none), Ok(()));
    }

    #[test]
    fn a_limit_may_be_beyond_all_clocks() {
        let (mut sender, mut receiver) = channel::<u64>(1).unwrap();
        assert_eq!(sender.send_timeout(7, Duration::MAX), Ok(()));
        assert_eq!(receiver.recv_timeout(Duration::MAX), Ok(Some(7)));
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(3));
                sender.send(8).unwrap();
            });
            assert_eq!(receiver.recv_timeout(Duration::MAX), Ok(Some(8)));
        });
    }

    #[derive(Clone, Copy, Debug)]
    enum Call {
        Send,
        SendBatch(usize),
        Recv,
        RecvBatch(usize),
    }

    fn call() -> impl Strategy<Value = Call> {
        prop_oneof![
            Just(Call::Send),
            (0..20_usize).prop_map(Call::SendBatch),
            Just(Call::Recv),
            (0..20_usize).prop_map(Call::RecvBatch),
        ]
    }

    const NOW: Duration = Duration::ZERO;

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 64,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn it_is_a_queue(
            capacity in 1..40_usize,
            calls in prop::collection::vec(call(), 0..100),
        ) {
            let (mut sender, mut receiver) = channel::<u64>(capacity).unwrap();
            let mut queue = VecDeque::new();
            let mut next = 0;
            for call in calls {
                match call {
                    Call::Send => match sender.send_timeout(next, NOW) {
                        Ok(()) => {
                            queue.push_back(next);
                            next += 1;
                        }
                        Err(error) => {
                            prop_assert_eq!(error, Error::TimedOut);
                            prop_assert!(queue.len() >= capacity);
                        }
                    },
                    Call::SendBatch(n) => {
                        let batch: Vec<u64> = (next..next + n as u64).collect();
                        match sender.send_batch_timeout(&batch, NOW) {
                            Ok(sent) => {
                                prop_assert!(
                                    sent == n || queue.len() + sent >= capacity
                                );
                                queue.extend(&batch[..sent]);
                                next += sent as u64;
                            }
                            Err(error) => {
                                prop_assert_eq!(error, Error::TimedOut);
                                prop_assert!(queue.len() >= capacity);
                            }
                        }
                    }
                    Call::Recv => {
                        let expected = queue.pop_front().map(Some);
                        let got = receiver.recv_timeout(NOW);
                        prop_assert_eq!(got, expected.ok_or(Error::TimedOut));
                    }
                    Call::RecvBatch(n) => {
                        let mut batch = vec![0; n];
                        let got = receiver.recv_batch_timeout(&mut batch, NOW);
                        let there = queue.len().min(n);
                        match got {
                            Ok(taken) => {
                                let expected: Vec<_> =
                                    queue.drain(..there).collect();
                                prop_assert_eq!(&batch[..taken], expected);
                            }
                            Err(error) => {
                                prop_assert_eq!(error, Error::TimedOut);
                                prop_assert_eq!(there, 0);
                            }
                        }
                    }
                }
            }
        }

        #[test]
        fn no_bytes_in_the_memory_crash_an_end(
            capacity in 1..10_usize,
            bytes in prop::collection::vec((0..120_usize, any::<u64>()), 1..60),
            calls in prop::collection::vec(call(), 1..20),
        ) {
            let (ring, share) = Ring::<u64>::new(capacity).unwrap();
            let words = ring._words.clone();
            let barrier = Barrier::Full;
            let mut sender = Sender::new(ring.clone(), barrier);
            let mut receiver = Receiver::new(ring, barrier, share);
            let mut bytes = bytes.into_iter().cycle();
            for call in calls {
                for (at, word) in bytes.by_ref().take(3) {
                    words[at % words.len()].store(word, Relaxed);
                }
                match call {
                    Call::Send => {
                        let _ = sender.send_timeout(1, NOW);
                    }
                    Call::SendBatch(n) => {
                        let batch = vec![1; n];
                        let _ = sender.send_batch_timeout(&batch, NOW);
                    }
                    Call::Recv => {
                        let _ = receiver.recv_timeout(NOW);
                    }
                    Call::RecvBatch(n) => {
                        let mut batch = vec![0; n];
                        let _ = receiver.recv_batch_timeout(&mut batch, NOW);
                    }
                }
            }
        }
    }
}
