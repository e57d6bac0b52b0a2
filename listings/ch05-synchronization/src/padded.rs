//! A counter that shares its cache lines with no other: for threads, and, in
//! shared memory, for processes.

use ch03_processes::shareable;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

// ANCHOR: counter
shareable! {
    /// A counter, and the bytes that keep its neighbours away. A worker each
    /// has one, as an element of an array or of a `SharedSlice`. All zeros is
    /// nothing counted yet.
    ///
    /// Nobody waits here, and nothing is held: a worker that is killed leaves
    /// what it had added, and the others go on.
    ///
    /// crossbeam's `CachePadded` is as large on x86-64, but its padding
    /// belongs to no field. What processes share has to consist of atomics.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch03_processes::shared::SharedSlice;
    /// use ch05_synchronization::padded::PaddedCounter;
    ///
    /// let lines = SharedSlice::<PaddedCounter>::new(4)?;
    /// lines[0].add(3);
    /// lines[3].add(4);
    /// let total: u64 = lines.iter().map(PaddedCounter::get).sum();
    /// assert_eq!(total, 7);
    /// # std::io::Result::Ok(())
    /// ```
    #[derive(Debug, Default)]
    // A line of x86-64 has 64 bytes, but the processor may fetch two at once.
    #[repr(align(128))]
    pub struct PaddedCounter {
        count: AtomicU64,
        _rest: [AtomicU64; 15],
    }
}
// ANCHOR_END: counter

impl PaddedCounter {
    /// Adds `n`, and wraps at 2^64. Several may add to one counter.
    pub fn add(&self, n: u64) {
        // Nothing else is published with a count.
        self.count.fetch_add(n, Relaxed);
    }

    /// What has been added so far, by those who have died as well.
    pub fn get(&self) -> u64 {
        self.count.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::PaddedCounter;
    use std::mem::{align_of, size_of};

    #[test]
    fn two_never_share_a_pair_of_lines() {
        assert_eq!(size_of::<PaddedCounter>(), 128);
        assert_eq!(align_of::<PaddedCounter>(), 128);
    }
}
