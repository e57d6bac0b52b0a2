//! A value that only the leader of the latest term may change: a fence.

use std::error;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

// ANCHOR: fenced
/// A number, and the latest term in which it was changed, in memory that
/// threads or processes share. All zeros are a 0 that nobody has changed.
///
/// Terms begin with 1, and each leader has a greater one than the leaders
/// before. Term and number are one word: a change compares the term and
/// writes in one step, so that nothing can come between the two, and a
/// process that is killed has changed it or has not. It never blocks.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::fenced::{Fenced, Stale};
///
/// let booked = Fenced::new();
/// booked.update(1, |days| days + 1)?;
/// // Term 2 has begun: who led before is refused from now on.
/// assert_eq!(booked.update(2, |days| days)?, 1);
/// assert_eq!(booked.update(1, |days| days + 1), Err(Stale { latest: 2 }));
/// # Ok::<(), Stale>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Fenced {
    /// The term in the upper half, the number in the lower one.
    word: AtomicU64,
}

/// A later term has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The latest one.
    pub latest: u32,
}

impl Default for Fenced {
    fn default() -> Fenced {
        Fenced::new()
    }
}

impl Fenced {
    /// A 0, of no term.
    pub fn new() -> Fenced {
        Fenced {
            word: AtomicU64::new(0),
        }
    }

    /// The number, and the term in which it was changed last.
    pub fn read(&self) -> (u32, u32) {
        let word = self.word.load(Acquire);
        (word as u32, (word >> 32) as u32)
    }

    /// Changes the number, and answers what it was. From now on, earlier
    /// terms are refused, also if `change` changes nothing: so begins a term.
    ///
    /// `change` may be called several times.
    ///
    /// # Errors
    ///
    /// [`Stale`], and nothing is changed.
    pub fn update(
        &self,
        term: u32,
        change: impl Fn(u32) -> u32,
    ) -> Result<u32, Stale> {
        let mut word = self.word.load(Relaxed);
        loop {
            let latest = (word >> 32) as u32;
            if latest > term {
                return Err(Stale { latest });
            }
            let old = word as u32;
            let new = u64::from(term) << 32 | u64::from(change(old));
            match self.word.compare_exchange(word, new, AcqRel, Relaxed) {
                Ok(_) => return Ok(old),
                Err(found) => word = found,
            }
        }
    }
}
// ANCHOR_END: fenced

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "term {} has begun", self.latest)
    }
}

impl error::Error for Stale {}

#[cfg(test)]
mod tests {
    use super::{Fenced, Stale};
    use std::thread;

    #[test]
    fn a_later_term_shuts_out_all_earlier_ones() {
        let number = Fenced::new();
        thread::scope(|scope| {
            for term in 1..=4 {
                let number = &number;
                scope.spawn(move || {
                    let mut changes = 0;
                    for _ in 0..1000 {
                        match number.update(term, |n| n + 1) {
                            Ok(_) => changes += 1,
                            Err(Stale { latest }) => assert!(latest > term),
                        }
                    }
                    assert!(term < 4 || changes == 1000);
                });
            }
        });
        assert_eq!(number.read().1, 4);
        assert!((1000..=4000).contains(&number.read().0));
    }

    #[test]
    fn the_halves_stay_apart() {
        let number = Fenced::new();
        number.update(u32::MAX, |_| u32::MAX).unwrap();
        assert_eq!(number.read(), (u32::MAX, u32::MAX));
        number.update(u32::MAX, |n| n.wrapping_add(1)).unwrap();
        assert_eq!(number.read(), (0, u32::MAX));
    }
}
