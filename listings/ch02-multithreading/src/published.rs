//! A slot that one thread fills once and all threads may read: what is left
//! of [`OnceLock`](std::sync::OnceLock) if nobody has to wait.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

// ANCHOR: protocol
/// No thread has called `set`.
const EMPTY: u8 = 0;
/// One thread is writing the value, and no other may touch it.
const CLAIMED: u8 = 1;
/// The value is there, and from now on nobody writes to it.
const PUBLISHED: u8 = 2;

/// A value that is published once, and then shared. When the slot is dropped,
/// so is its value.
///
/// No operation blocks. A thread that needs the value before it is there has
/// to look again; to sleep until then, take
/// [`OnceLock::wait`](std::sync::OnceLock::wait). If the thread that was to
/// call `set` dies before it does, the slot stays empty.
///
/// The states are those of std's `Once`, without its waiting threads and
/// without poisoning: no code of the caller runs between the states.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::published::Published;
///
/// let rate = Published::new();
/// assert_eq!(rate.get(), None);
/// assert_eq!(rate.set(19), Ok(()));
/// assert_eq!(rate.set(21), Err(21));
/// assert_eq!(rate.get(), Some(&19));
/// ```
pub struct Published<T> {
    /// `EMPTY`, `CLAIMED`, `PUBLISHED`, in this order and never back.
    state: AtomicU8,
    /// `Some` if `state` is `PUBLISHED`.
    value: UnsafeCell<Option<T>>,
}

impl<T> Published<T> {
    /// An empty slot.
    pub fn new() -> Self {
        Published {
            state: AtomicU8::new(EMPTY),
            value: UnsafeCell::new(None),
        }
    }

    /// Publishes `value`: whoever sees it through `get` also sees all that
    /// this thread did before.
    ///
    /// # Errors
    ///
    /// Another call came first, and `value` comes back. The other call may
    /// still be writing, so `get` may return `None` for a moment more;
    /// `OnceLock::set` would wait for it.
    pub fn set(&self, value: T) -> Result<(), T> {
        // Relaxed: it decides who writes. It shows nobody any data.
        let claim = self
            .state
            .compare_exchange(EMPTY, CLAIMED, Relaxed, Relaxed);
        if claim.is_err() {
            return Err(value);
        }
        // SAFETY: the exchange succeeds for one call alone, and `get` forms
        // no reference before the store below.
        unsafe { *self.value.get() = Some(value) };
        // Release: the write above is part of what is published.
        self.state.store(PUBLISHED, Release);
        Ok(())
    }

    /// The value, if it has been published.
    pub fn get(&self) -> Option<&T> {
        // Acquire: it pairs with the Release in `set`.
        if self.state.load(Acquire) != PUBLISHED {
            return None;
        }
        // SAFETY: this load saw the store of `set`, which happened after the
        // only write. What follows are shared references, until the slot is
        // dropped, which takes an exclusive one.
        unsafe { (*self.value.get()).as_ref() }
    }
}

// SAFETY: `get` gives `&T` to several threads, hence `T: Sync`. `set` moves a
// `T` through `&self` into a slot that another thread may drop, hence
// `T: Send`. Between the two, `state` keeps writer and readers apart.
unsafe impl<T: Send + Sync> Sync for Published<T> {}
// ANCHOR_END: protocol

impl<T> Default for Published<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Published;
    use std::sync::{Arc, Barrier};
    use std::thread;

    #[test]
    fn one_of_many_succeeds_and_nothing_is_dropped_twice() {
        let value = Arc::new(());
        let slot = Published::new();
        let start = Barrier::new(4);
        let publish = || {
            start.wait();
            slot.set(Arc::clone(&value)).is_ok()
        };
        let succeeded = thread::scope(|s| {
            let threads: Vec<_> = (0..4).map(|_| s.spawn(publish)).collect();
            let ends = threads.into_iter().map(|t| t.join().unwrap());
            ends.filter(|&ok| ok).count()
        });
        assert_eq!(succeeded, 1);
        assert_eq!(Arc::strong_count(&value), 2);
        drop(slot);
        assert_eq!(Arc::strong_count(&value), 1);
    }
}
