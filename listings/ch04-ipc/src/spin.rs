//! How long to look again and again before going to sleep.
//!
//! A peer that runs on another CPU may answer within a fraction of a
//! microsecond, and to wake a sleeper takes several, or tens in a virtual
//! machine. So one looks for about as long as a wake-up takes, and sleeps
//! then: at worst that costs twice what the better choice would have cost. A
//! peer that waits for this very CPU answers when one leaves it, and not
//! before.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// About 30 µs on a processor whose `pause` takes 140 cycles, as Intel's do
/// since 2017; others look for a shorter time.
const LOOKS: u32 = 500;

/// How often to look for what a peer will do before sleeping: not at all if
/// it was last on this CPU, as far as it has told.
///
/// `own` and `peer` are what the two have told, in shared memory.
#[inline]
pub fn looks(own: &AtomicU32, peer: &AtomicU32) -> u32 {
    match peer.load(Relaxed) == tell(own) {
        true => 0,
        false => LOOKS,
    }
}

/// Tells on which CPU this is, plus 1: before a wait, and with a wake-up. It
/// is written down if it has changed and not otherwise, since a store would
/// take the cache line away from the peer.
#[inline]
pub fn tell(own: &AtomicU32) -> u32 {
    // SAFETY: it has no arguments. -1, where it fails, becomes 0: nobody has
    // told.
    let cpu = unsafe { libc::sched_getcpu() } as u32;
    let cpu = cpu.wrapping_add(1);
    if own.load(Relaxed) != cpu {
        own.store(cpu, Relaxed);
    }
    cpu
}
