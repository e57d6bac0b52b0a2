//! What of this chapter may lie in memory that processes share. Here and not
//! beside the types, whose sources are also explored without processes.

use crate::barrier::{Barrier, Place};
use crate::condvar::Condvar;
use crate::event::Event;
use crate::fenced::Fenced;
use crate::lease::Lease;
use crate::semaphore::Semaphore;
use ch03_processes::shared::Shareable;

const _: () = assert!(size_of::<Event>() == 8);
// SAFETY: `repr(C)`, two atomics of 4 bytes, and nothing between them.
// Whatever their bits are, no memory is accessed by them.
unsafe impl Shareable for Event {}

const _: () = assert!(size_of::<Condvar>() == 8);
// SAFETY: as `Event`.
unsafe impl Shareable for Condvar {}

const _: () = assert!(size_of::<Place>() == 16);
const _: () = assert!(size_of::<Barrier<3>>() == 8 + 3 * 16);
// SAFETY: `repr(C)`, two atomics of 4 bytes, and places, each of one of 8
// and two of 4 bytes: no padding. A number that the bits name is looked up in
// an array with its bounds checked, or shown.
unsafe impl<const N: usize> Shareable for Barrier<N> {}

// SAFETY: `repr(C)`, and one atomic of 8 bytes.
unsafe impl Shareable for Fenced {}

// SAFETY: as `Fenced`.
unsafe impl Shareable for Lease {}

const _: () = assert!(size_of::<Semaphore<4>>() == 8);
// SAFETY: as `Event`.
unsafe impl<const PERMITS: u32> Shareable for Semaphore<PERMITS> {}
