//! Leadership for a limited time: who does not renew it may lose it.

use nix::time::{ClockId, clock_gettime};
use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::time::Duration;

// ANCHOR: lease
/// A lease that processes take in turn, in memory that they share. All zeros
/// are one that nobody has taken.
///
/// Nobody has to be alive, or awake, for the next one to get it: the time
/// decides. So it may be over at any moment, between any two instructions of
/// its holder too. Whoever holds it cannot rely on it alone: hand the term to
/// what you change, as to a [`Fenced`](crate::fenced::Fenced).
#[repr(C)]
#[derive(Debug)]
pub struct Lease {
    /// The term in the upper 24 bits; below it until when it runs, in
    /// milliseconds of the clock that all processes of a machine share.
    word: AtomicU64,
}

const UNTIL_BITS: u32 = 40;

impl Lease {
    /// Takes it, if nobody has it, for `time` at least, and 2 ms more at most.
    /// It answers the term, which is one more than the last.
    ///
    /// # Errors
    ///
    /// All of the 16,777,215 terms were used, or the system has no monotonic
    /// clock.
    pub fn try_take(&self, time: Duration) -> io::Result<Option<u32>> {
        let word = self.word.load(Acquire);
        let now = now()?;
        if word & UNTIL > now {
            return Ok(None);
        }
        let term = (word >> UNTIL_BITS) + 1;
        if term >> (u64::BITS - UNTIL_BITS) != 0 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let new = term << UNTIL_BITS | end(now, time);
        // Else somebody was quicker.
        let taken = self.word.compare_exchange(word, new, AcqRel, Relaxed);
        Ok(taken.is_ok().then_some(term as u32))
    }

    /// Takes it once more, for `time` from now on, as long as
    /// [`try_take`](Self::try_take) does, if no later term has begun. `false`
    /// says that one has.
    ///
    /// # Errors
    ///
    /// The system has no monotonic clock.
    pub fn renew(&self, term: u32, time: Duration) -> io::Result<bool> {
        let until = end(now()?, time);
        let mut word = self.word.load(Acquire);
        while word >> UNTIL_BITS == u64::from(term) {
            let new = word & !UNTIL | until;
            match self.word.compare_exchange(word, new, AcqRel, Acquire) {
                Ok(_) => return Ok(true),
                Err(found) => word = found,
            }
        }
        Ok(false)
    }
}
// ANCHOR_END: lease

const UNTIL: u64 = (1 << UNTIL_BITS) - 1;

fn end(now: u64, time: Duration) -> u64 {
    // One more for the millisecond that has begun.
    let begun = u128::from(!time.is_zero());
    let time = time.as_nanos().div_ceil(1_000_000) + begun;
    let time = u64::try_from(time).unwrap_or(UNTIL);
    now.saturating_add(time).min(UNTIL)
}

/// Milliseconds. `Instant` tells them to nobody, and so cannot be shared.
fn now() -> io::Result<u64> {
    let now = Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC)?);
    Ok(now.as_millis() as u64)
}

impl Default for Lease {
    fn default() -> Lease {
        Lease::new()
    }
}

impl Lease {
    /// One that nobody has taken.
    pub fn new() -> Lease {
        Lease {
            word: AtomicU64::new(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lease, UNTIL_BITS, end};
    use std::io::ErrorKind;
    use std::sync::atomic::AtomicU64;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn it_ends_by_itself() {
        let lease = Lease::new();
        let long = Duration::MAX;
        let short = Duration::from_millis(2);
        assert_eq!(lease.try_take(short).unwrap(), Some(1));
        thread::sleep(2 * short);
        // Nobody has taken it since.
        assert!(lease.renew(1, short).unwrap());
        thread::sleep(2 * short);
        assert_eq!(lease.try_take(long).unwrap(), Some(2));
        assert_eq!(lease.try_take(long).unwrap(), None);
        assert!(!lease.renew(1, long).unwrap());
        assert!(lease.renew(2, long).unwrap());
    }

    #[test]
    fn terms_do_not_begin_again() {
        let last = (1 << (64 - UNTIL_BITS)) - 1;
        let lease = Lease {
            word: AtomicU64::new((last - 1) << UNTIL_BITS),
        };
        let time = Duration::ZERO;
        assert_eq!(lease.try_take(time).unwrap(), Some(last as u32));
        let refused = lease.try_take(time).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::QuotaExceeded);
        assert!(lease.renew(last as u32, time).unwrap());
    }

    #[test]
    fn it_lasts_as_long_as_was_asked() {
        // At 7.999 ms, which is 7 here, until 8.899 and 8.999 at least.
        assert_eq!(end(7, Duration::from_micros(900)), 9);
        assert_eq!(end(7, Duration::from_millis(1)), 9);
        assert_eq!(end(7, Duration::ZERO), 7);
    }
}
