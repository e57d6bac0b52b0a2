//! A queue between processes: what `multiprocessing.Queue` and
//! `JoinableQueue` are in Python, without their thread and its deadlock.
//!
//! It lies in shared memory: see [`slots`](crate::slots) for how a message
//! gets there, and why the death of no process harms the queue.

pub mod faults;
mod forks;
mod membership;
mod name;
mod strike;

use crate::slots::{Failed, Head, Members, Patience, Shape, Slots};
use ch03_processes::shared::{Shareable, Shared, SharedSlice};
use membership::{Membership, Present};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;
use std::thread;
use std::time::{Duration, Instant};

/// A bounded queue of messages, first in, first out, for any number of
/// producers and consumers in up to 255 processes at a time, and in their
/// threads. Those that forked and do not use it count as well.
///
/// Make it, then fork: a child uses the copy that it finds in its memory. What
/// was put stays there when its producer ends, however it does; the memory
/// ends with the last process that has it.
///
/// # When another process dies
///
/// - A producer that is killed in the middle of a [`put`](Queue::put) loses
///   that message, and a consumer in the middle of a [`get`](Queue::get) the
///   one that it was about to get. The others notice within 100 ms, and only
///   if they wait for just that message or its slot.
/// - A waiter whose peers have *all* ended gets [`Error::PeerDied`] within
///   100 ms or so; once a fork has failed, or its child was killed before its
///   first step, within some 5 s of the last fork of all. Peers are the process
///   that made the queue and all that were forked by one of them since, and any
///   other thread of the waiter's own process, whatever it does. While one is
///   alive, even as a program that it became by exec, the waiter waits: that
///   one might put or get. Close the queue, or wait with a limit, if you know
///   better.
/// - One that is stopped (SIGSTOP) is alive. If it stopped in the middle of a
///   put, the messages behind its own wait for it.
///
/// The processes are to be in one PID namespace, with `/proc` mounted. They
/// trust each other: one that writes rubbish to the shared memory can make
/// the others wait for ever, or get rubbish.
///
/// # Examples
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch04_ipc::queue::Queue;
///
/// let photos = Queue::<String>::new(8, 100)?;
/// let mut child = ForkedChild::start(|| {
///     let put = photos.put(&"beach.jpg".into());
///     photos.close();
///     i32::from(put.is_err())
/// })?;
/// assert_eq!(photos.get()?.as_deref(), Some("beach.jpg"));
/// assert_eq!(photos.get()?, None);
/// assert!(child.wait()?.success());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Queue<T> {
    head: Shared<Head>,
    /// And the slots, which is where members claim messages.
    members: Arc<Membership>,
    /// In bytes.
    limit: usize,
    of: PhantomData<fn(T) -> T>,
}

// SAFETY: it is `repr(C)` and of atomics of fixed sizes; the assertion below
// shows that they fill it.
unsafe impl Shareable for Head {}

const _: () = {
    let words = 3 * (8 + 4 + 4 + 14 * 8) + 4 + 4;
    assert!(size_of::<Head>() == words, "there is padding");
};

/// Why a message was not put, or none was got.
#[derive(Debug)]
pub enum Error {
    /// The queue is closed.
    Closed,
    /// There is no room, and the call was not to wait.
    Full,
    /// There is no message, and the call was not to wait.
    Empty,
    /// The limit of the wait has passed.
    TimedOut,
    /// No other process that has the queue is alive. For [`Queue::join`]: one
    /// is dead that had a task, or all are.
    PeerDied,
    /// [`Queue::task_done`] was called more often than this process got a
    /// message.
    NoTask,
    /// The message takes more bytes than the queue has for one.
    TooLong {
        /// The message's bytes.
        bytes: usize,
        /// The queue's limit.
        limit: usize,
    },
    /// The value cannot be encoded, or the bytes are of no such value.
    Format(postcard::Error),
    /// The system refused what a process needs to become a member, or 255
    /// are there already.
    System(io::Error),
}

impl<T> Queue<T> {
    /// A queue for at least `capacity` messages, which each take at most
    /// `limit` bytes in [postcard]'s format. This process is its first member.
    ///
    /// The capacity is the next power of two. Memory is taken when it is
    /// used, and kept.
    ///
    /// # Errors
    ///
    /// The system has not so much memory.
    ///
    /// [postcard]: https://postcard.jamesmunns.com/wire-format
    pub fn new(capacity: usize, limit: usize) -> io::Result<Self> {
        // Looking again takes as long as falling asleep and being woken, and
        // is of use only if somebody else can run meanwhile.
        let cores = thread::available_parallelism().map_or(1, |n| n.get());
        let spins = if cores > 1 { 7 } else { 0 };
        let shape = Shape::new(capacity, limit, spins);
        let words = shape.and_then(Shape::words);
        let (shape, words) = shape.zip(words).ok_or_else(|| {
            let message = format!("no memory has {capacity} such messages");
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        let queue = Queue {
            head: Shared::new()?,
            members: Membership::new(SharedSlice::new(words)?, shape)?,
            limit,
            of: PhantomData,
        };
        queue.members.enter()?;
        Ok(queue)
    }

    /// How many messages it has room for.
    pub fn capacity(&self) -> usize {
        self.members.shape.capacity()
    }

    /// How many messages there are, some of which are still being written.
    /// The number is of a moment just gone by: whoever acts on it may find
    /// another.
    pub fn len(&self) -> usize {
        self.slots(0).count()
    }

    /// Were there no messages, a moment ago? As with Python's `empty()`, the
    /// next [`get`](Self::get) may wait all the same: another consumer was
    /// quicker. [`try_get`](Self::try_get) asks and gets in one step.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Accepts no message from now on. Whoever waits in vain, or tries to, is
    /// told; messages that are there can still be got. To be called by who
    /// knows that all producers are done; calling it again changes nothing.
    pub fn close(&self) {
        self.slots(0).close();
    }

    /// Is the queue closed? There may be messages in it.
    pub fn is_closed(&self) -> bool {
        self.head.closed.load(Acquire) != 0
    }

    /// Tells that this process has dealt with a message that it got: for who
    /// waits in [`join`](Self::join). If nobody does, there is no need to.
    ///
    /// # Errors
    ///
    /// [`Error::NoTask`]: of all messages that this process got, none is left
    /// to report. It counts for nothing. And as [`get`](Self::get): this
    /// process cannot be a member.
    pub fn task_done(&self) -> Result<(), Error> {
        let member = self.member()?;
        if !self.members.report(member) {
            return Err(Error::NoTask);
        }
        self.slots(member).task_done();
        self.members.has_reported(member);
        Ok(())
    }

    /// Waits until each message that was put has been got and reported by
    /// [`task_done`](Self::task_done). A message that its producer did not
    /// finish counts as done.
    ///
    /// # Errors
    ///
    /// [`Error::PeerDied`]: a process that had got a message and not reported
    /// it done is dead, or one that was in the middle of getting it. From then
    /// on that is the answer. Or all other processes that have the queue are
    /// dead.
    pub fn join(&self) -> Result<(), Error> {
        self.join_until(Patience::Endless)
    }

    /// As [`join`](Self::join), for `limit` at most.
    ///
    /// # Errors
    ///
    /// As `join`, and [`Error::TimedOut`].
    pub fn join_timeout(&self, limit: Duration) -> Result<(), Error> {
        self.join_until(within(limit))
    }

    fn join_until(&self, patience: Patience) -> Result<(), Error> {
        let member = self.member()?;
        let hopeless = || {
            self.members.has_lost_tasks()
                || self.members.seen_by(member).is_alone()
        };
        Ok(self.slots(member).join(patience, hopeless)?)
    }

    fn slots(&self, me: u16) -> Slots<'_, Present<'_>> {
        Slots {
            head: &self.head,
            words: &self.members.words,
            shape: self.members.shape,
            members: self.members.seen_by(me),
        }
    }

    /// This process's number. The first call in a process takes one.
    fn member(&self) -> Result<u16, Error> {
        match self.members.place() {
            0 => Ok(self.members.enter()?),
            member => Ok(member),
        }
    }
}

impl<T: Serialize> Queue<T> {
    /// Puts a message behind the others. Waits while there is no room: for
    /// ever, should the consumers be alive and get nothing.
    ///
    /// It is encoded first: neither a panic in `Serialize` nor a slow one
    /// concerns the queue. When this returns, the message is in the shared
    /// memory, and the process may end.
    ///
    /// # Errors
    ///
    /// The queue is closed, the message is too long or cannot be encoded, or
    /// all other processes that have the queue are dead. It was not put.
    pub fn put(&self, value: &T) -> Result<(), Error> {
        self.put_until(value, Patience::Endless)
    }

    /// As [`put`](Self::put), if there is room.
    ///
    /// # Errors
    ///
    /// As `put`, and [`Error::Full`].
    pub fn try_put(&self, value: &T) -> Result<(), Error> {
        match self.put_until(value, Patience::None) {
            Err(Error::TimedOut) => Err(Error::Full),
            answer => answer,
        }
    }

    /// As [`put`](Self::put), waiting for `limit` at most.
    ///
    /// # Errors
    ///
    /// As `put`, and [`Error::TimedOut`].
    pub fn put_timeout(&self, value: &T, limit: Duration) -> Result<(), Error> {
        self.put_until(value, within(limit))
    }

    fn put_until(&self, value: &T, patience: Patience) -> Result<(), Error> {
        thread_local! {
            static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
        }
        let member = self.member()?;
        let mut buffer = BUFFER.take();
        if buffer.len() < self.limit {
            buffer.resize(self.limit, 0);
        }
        let put = match postcard::to_slice(value, &mut buffer[..self.limit]) {
            Ok(bytes) => {
                self.slots(member).put(bytes, patience).map_err(Error::from)
            }
            Err(postcard::Error::SerializeBufferFull) => {
                let bytes = postcard::to_stdvec(value).map_or(0, |b| b.len());
                let limit = self.limit;
                Err(Error::TooLong { bytes, limit })
            }
            Err(error) => Err(Error::Format(error)),
        };
        BUFFER.set(buffer);
        put
    }
}

impl<T: DeserializeOwned> Queue<T> {
    /// Gets the first message; `None` if there is none and the queue is
    /// closed. Waits while it is empty: for ever, should a producer be alive
    /// and put nothing.
    ///
    /// No message is got twice. If this process dies between here and the end
    /// of its work, the message's work is not done: see
    /// [`join`](Self::join), or let the results be counted.
    ///
    /// # Errors
    ///
    /// All other processes that have the queue are dead, or the bytes that
    /// came are of no `T`; those are gone then.
    pub fn get(&self) -> Result<Option<T>, Error> {
        self.get_until(Patience::Endless)
    }

    /// As [`get`](Self::get), if there is a message.
    ///
    /// # Errors
    ///
    /// As `get`, and [`Error::Empty`].
    pub fn try_get(&self) -> Result<Option<T>, Error> {
        match self.get_until(Patience::None) {
            Err(Error::TimedOut) => Err(Error::Empty),
            answer => answer,
        }
    }

    /// As [`get`](Self::get), waiting for `limit` at most.
    ///
    /// # Errors
    ///
    /// As `get`, and [`Error::TimedOut`].
    pub fn get_timeout(&self, limit: Duration) -> Result<Option<T>, Error> {
        self.get_until(within(limit))
    }

    /// The messages, until the queue is closed and empty, or an error. It
    /// waits for each.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, Error>> {
        let mut over = false;
        std::iter::from_fn(move || {
            let next = match over {
                true => None,
                false => self.get().transpose(),
            };
            over = !matches!(next, Some(Ok(_)));
            next
        })
    }

    fn get_until(&self, patience: Patience) -> Result<Option<T>, Error> {
        thread_local! {
            static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
        }
        let member = self.member()?;
        let mut buffer = BUFFER.take();
        let got = match self.slots(member).take(&mut buffer, patience) {
            Ok(()) => {
                let value = postcard::from_bytes(&buffer);
                value.map(Some).map_err(Error::Format)
            }
            Err(Failed::Closed) => Ok(None),
            Err(failed) => Err(failed.into()),
        };
        BUFFER.set(buffer);
        got
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        self.members.leave();
    }
}

fn within(limit: Duration) -> Patience {
    match Instant::now().checked_add(limit) {
        Some(deadline) => Patience::Until(deadline),
        None => Patience::Endless,
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Error {
        match failed {
            Failed::Closed => Error::Closed,
            Failed::TimedOut => Error::TimedOut,
            Failed::Alone => Error::PeerDied,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::System(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Closed => write!(f, "the queue is closed"),
            Error::Full => write!(f, "the queue is full"),
            Error::Empty => write!(f, "the queue is empty"),
            Error::TimedOut => write!(f, "the time is up"),
            Error::PeerDied => write!(f, "a peer is dead"),
            Error::NoTask => write!(f, "no task was got that is not done"),
            Error::TooLong { bytes, limit } => {
                write!(f, "a message of {bytes} bytes, and {limit} are allowed")
            }
            Error::Format(error) => write!(f, "no such message: {error}"),
            Error::System(error) => write!(f, "no member: {error}"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::{Error, Queue};
    use proptest::prelude::*;
    use std::io;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn what_is_over_the_limit_is_refused() {
        let queue = Queue::<Vec<u8>>::new(2, 10).unwrap();
        queue.put(&vec![1; 9]).unwrap();
        let Err(Error::TooLong { bytes, limit }) = queue.put(&vec![1; 10])
        else {
            panic!("it has no room for its length");
        };
        assert_eq!((bytes, limit), (11, 10));
        assert_eq!(queue.get().unwrap(), Some(vec![1; 9]));
    }

    #[test]
    fn waits_have_limits() {
        let queue = Queue::<u32>::new(1, 8).unwrap();
        let limit = Duration::from_millis(1);
        let got = queue.get_timeout(limit);
        assert!(matches!(got, Err(Error::TimedOut)));
        queue.put(&1).unwrap();
        let put = queue.put_timeout(&2, limit);
        assert!(matches!(put, Err(Error::TimedOut)));
        assert!(matches!(queue.try_put(&2), Err(Error::Full)));
        let joined = queue.join_timeout(limit);
        assert!(matches!(joined, Err(Error::TimedOut)));
        assert_eq!(queue.get().unwrap(), Some(1));
        assert!(matches!(queue.try_get(), Err(Error::Empty)));
        queue.task_done().unwrap();
        queue.join().unwrap();
        queue.close();
        assert!(matches!(queue.put(&3), Err(Error::Closed)));
        assert_eq!(queue.get().unwrap(), None);
    }

    #[test]
    fn no_task_is_done_twice() {
        let queue = Queue::<u32>::new(4, 8).unwrap();
        assert!(matches!(queue.task_done(), Err(Error::NoTask)));
        queue.put(&1).unwrap();
        queue.get().unwrap();
        queue.task_done().unwrap();
        assert!(matches!(queue.task_done(), Err(Error::NoTask)));
        queue.join().unwrap();
        queue.put(&2).unwrap();
        let joined = queue.join_timeout(Duration::from_millis(1));
        assert!(matches!(joined, Err(Error::TimedOut)), "nobody has got it");
    }

    #[test]
    fn threads_share_it_as_well() {
        let queue = Queue::<u64>::new(4, 10).unwrap();
        let sum: u64 = thread::scope(|scope| {
            let producers = [0, 1].map(|first| {
                let queue = &queue;
                scope.spawn(move || {
                    for n in (first..2000).step_by(2) {
                        queue.put(&n).unwrap();
                    }
                })
            });
            let consumers = [(); 2].map(|()| {
                scope.spawn(|| queue.iter().map(Result::unwrap).sum::<u64>())
            });
            for producer in producers {
                producer.join().unwrap();
            }
            queue.close();
            consumers
                .map(|consumer| consumer.join().unwrap())
                .iter()
                .sum()
        });
        assert_eq!(sum, (0..2000).sum());
    }

    #[test]
    fn impossible_sizes_are_errors() {
        let error = Queue::<u8>::new(usize::MAX, 8).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    proptest! {
        #[test]
        fn no_bytes_crash_a_consumer(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            type Message = (u8, Option<String>, Vec<(bool, char)>);
            let queue = Queue::<Message>::new(1, 64).unwrap();
            let member = queue.member().unwrap();
            let put = queue.slots(member).put(&bytes, super::Patience::None);
            prop_assert!(put.is_ok());
            if let Err(error) = queue.try_get() {
                prop_assert!(matches!(error, Error::Format(_)));
            }
            prop_assert!(queue.is_empty());
        }
    }
}
