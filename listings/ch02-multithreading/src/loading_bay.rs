//! A bounded buffer: producers wait for room, consumers for an item.
//!
//! Python has it as `queue.Queue(maxsize)`. The algorithm is the textbook's
//! monitor: one lock, and a condition for each of the two sorts of waiters.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Room for so many items between those who bring and those who take.
///
/// It does not count who brings. If all producers panic before one of them
/// calls `close`, the consumers wait for ever.
///
/// # Examples
///
/// ```standalone_crate
/// use ch02_multithreading::loading_bay::{LoadingBay, Refused, TimedOut};
/// use std::time::Duration;
///
/// let soon = Duration::from_millis(1);
/// let bay = LoadingBay::new(1);
/// assert_eq!(bay.take_timeout(soon), Err(TimedOut));
/// assert_eq!(bay.put("apples"), Ok(()));
/// assert_eq!(bay.put_timeout("figs", soon), Err(Refused::Full("figs")));
/// bay.close();
/// assert_eq!(bay.put("pears"), Err("pears"));
/// assert_eq!(bay.take(), Some("apples"));
/// assert_eq!(bay.take(), None);
/// ```
// ANCHOR: bay
#[derive(Debug)]
pub struct LoadingBay<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// Consumers wait here until there is an item, or the bay is closed.
    not_empty: Condvar,
    /// Producers wait here until there is room, or the bay is closed.
    not_full: Condvar,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> LoadingBay<T> {
    /// An empty bay for at most `capacity` items.
    ///
    /// # Panics
    ///
    /// `capacity` is 0: nothing could ever be put there.
    pub fn new(capacity: usize) -> LoadingBay<T> {
        assert!(capacity > 0, "a bay without room");
        LoadingBay {
            capacity,
            state: Mutex::new(State {
                items: VecDeque::with_capacity(capacity),
                closed: false,
            }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    /// Waits for room and puts `item` there. Whoever takes an item wakes one
    /// that waits here; `close` wakes all.
    ///
    /// # Errors
    ///
    /// The bay is closed: here is the item again.
    pub fn put(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        while state.items.len() == self.capacity && !state.closed {
            let relocked = self.not_full.wait(state);
            state = relocked.unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return Err(item);
        }
        self.add(state, item);
        Ok(())
    }

    /// Waits for an item and takes it; `None` once the bay is closed and
    /// empty. Whoever puts an item there wakes one that waits here; `close`
    /// wakes all.
    pub fn take(&self) -> Option<T> {
        let mut state = self.lock();
        while state.items.is_empty() && !state.closed {
            let relocked = self.not_empty.wait(state);
            state = relocked.unwrap_or_else(PoisonError::into_inner);
        }
        self.remove(state)
    }

    /// Says that nothing more will be put here. What is there can still be
    /// taken. Those who wait, of both sorts, are woken.
    pub fn close(&self) {
        self.lock().closed = true;
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }

    fn add(&self, mut state: MutexGuard<'_, State<T>>, item: T) {
        state.items.push_back(item);
        // Else the woken consumer would wait once more, for the lock.
        drop(state);
        // One item serves one consumer, and no producer waits there.
        self.not_empty.notify_one();
    }

    fn remove(&self, mut state: MutexGuard<'_, State<T>>) -> Option<T> {
        let item = state.items.pop_front()?;
        drop(state);
        self.not_full.notify_one();
        Some(item)
    }

    /// Ignores poison: nothing under this lock can panic half-way.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
// ANCHOR_END: bay

/// Why `put_timeout` hands the item back.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused<T> {
    /// Nobody will take it any more.
    Closed(T),
    /// There was no room for so long.
    Full(T),
}

/// `take_timeout` found nothing for so long.
#[derive(Debug, PartialEq, Eq)]
pub struct TimedOut;

/// The forms with a deadline, and a look from outside.
impl<T> LoadingBay<T> {
    /// Like `put`, but waits no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// The bay is closed, or there was no room for so long.
    pub fn put_timeout(
        &self,
        item: T,
        timeout: Duration,
    ) -> Result<(), Refused<T>> {
        let started = Instant::now();
        let mut state = self.lock();
        while state.items.len() == self.capacity && !state.closed {
            // A wakeup that finds no room must not start the time anew.
            let left = timeout.saturating_sub(started.elapsed());
            let relocked = self.not_full.wait_timeout(state, left);
            let (guard, waited) =
                relocked.unwrap_or_else(PoisonError::into_inner);
            state = guard;
            let full = state.items.len() == self.capacity;
            if waited.timed_out() && full && !state.closed {
                return Err(Refused::Full(item));
            }
        }
        if state.closed {
            return Err(Refused::Closed(item));
        }
        self.add(state, item);
        Ok(())
    }

    /// Like `take`, but waits no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// There was no item for so long, and the bay is open.
    pub fn take_timeout(
        &self,
        timeout: Duration,
    ) -> Result<Option<T>, TimedOut> {
        let started = Instant::now();
        let mut state = self.lock();
        while state.items.is_empty() && !state.closed {
            let left = timeout.saturating_sub(started.elapsed());
            let relocked = self.not_empty.wait_timeout(state, left);
            let (guard, waited) =
                relocked.unwrap_or_else(PoisonError::into_inner);
            state = guard;
            let empty = state.items.is_empty();
            if waited.timed_out() && empty && !state.closed {
                return Err(TimedOut);
            }
        }
        Ok(self.remove(state))
    }

    /// How many items are here. Another thread may have changed that by the
    /// time you look at the answer.
    #[expect(
        clippy::len_without_is_empty,
        reason = "to look first and then to take is a race: call `take`"
    )]
    pub fn len(&self) -> usize {
        self.lock().items.len()
    }
}
