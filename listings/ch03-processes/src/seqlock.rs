//! A record of several words that is read whole or not at all, without a lock
//! for its readers.
//!
//! The protocol is that of the Linux kernel's seqcount. Its fences are those
//! of Hans-J. Boehm, "Can Seqlocks Get Along with Programming Language Memory
//! Models?", 2012.

use std::array;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, fence};

// ANCHOR: protocol
/// `N` words that belong together. It may lie in memory that other processes
/// have mapped, for reading alone if they call nothing but `try_read`.
///
/// No operation blocks. A writer that dies between the words leaves the
/// number odd: from then on nobody reads or writes the record.
///
/// # Examples
///
/// ```
/// use ch03_processes::seqlock::SeqLock;
/// use std::sync::atomic::Ordering::Relaxed;
///
/// let position = SeqLock::<2>::new();
/// assert!(position.try_write(|words| {
///     words[0].store(48, Relaxed);
///     assert_eq!(position.try_read(), None, "half of it is written");
///     words[1].store(11, Relaxed);
/// }));
/// assert_eq!(position.try_read(), Some([48, 11]));
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct SeqLock<const N: usize> {
    /// Twice the number of writes that are done, and 1 more during a write.
    sequence: AtomicU64,
    words: [AtomicU64; N],
}

impl<const N: usize> SeqLock<N> {
    /// A record of zeros.
    pub fn new() -> Self {
        SeqLock {
            sequence: AtomicU64::new(0),
            words: array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// Lets `write` change the words, and tells whether it did: not while
    /// another write is under way. If `write` panics, the record stays half
    /// written, and unreadable.
    pub fn try_write(&self, write: impl FnOnce(&[AtomicU64; N])) -> bool {
        let before = self.sequence.load(Relaxed);
        // Acquire: what the last writer stored comes before what we store.
        let claim = |odd| {
            self.sequence
                .compare_exchange(before, odd, Acquire, Relaxed)
        };
        if before % 2 == 1 || claim(before.wrapping_add(1)).is_err() {
            return false;
        }
        // Who reads a word stored below and then fences, sees the odd number.
        fence(Release);
        write(&self.words);
        // Release: who sees the even number sees all words.
        self.sequence.store(before.wrapping_add(2), Release);
        true
    }

    /// The words as one write left them. None if a write is under way, or
    /// came in between.
    pub fn try_read(&self) -> Option<[u64; N]> {
        // Relaxed loads and fences: on memory that is mapped for reading
        // alone, no other load is promised to work.
        let before = self.sequence.load(Relaxed);
        if before % 2 == 1 {
            return None;
        }
        // It pairs with the store at the end of a write: no older words.
        fence(Acquire);
        let words = array::from_fn(|i| self.words[i].load(Relaxed));
        // It pairs with the fence in a write: if one word is newer, so is
        // the number below.
        fence(Acquire);
        let after = self.sequence.load(Relaxed);
        (before == after).then_some(words)
    }
}
// ANCHOR_END: protocol

impl<const N: usize> Default for SeqLock<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::SeqLock;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::thread;

    #[test]
    fn what_is_read_is_whole_and_never_older() {
        let record = SeqLock::<4>::new();
        let writes = 2_000;
        thread::scope(|s| {
            s.spawn(|| {
                for n in 1..=writes {
                    let write = |words: &[AtomicU64; 4]| {
                        for word in words {
                            word.store(n, Relaxed);
                        }
                    };
                    assert!(record.try_write(write), "it has one writer");
                }
            });
            let mut last = 0;
            while last < writes {
                let Some(words) = record.try_read() else {
                    thread::yield_now();
                    continue;
                };
                assert_eq!(words, [words[0]; 4]);
                assert!(words[0] >= last);
                last = words[0];
            }
        });
    }

    #[test]
    fn a_second_writer_is_turned_away() {
        let record = SeqLock::<1>::new();
        assert!(record.try_write(|_| {
            assert!(!record.try_write(|_| unreachable!()));
        }));
        assert!(record.try_write(|_| {}));
    }
}
