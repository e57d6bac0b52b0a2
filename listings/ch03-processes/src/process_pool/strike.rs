//! The places where [`faults`](super::faults) may strike a worker.

use super::faults::Fault;
use std::cell::Cell;

/// Where in the sending of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// When its encoding is half done.
    Encoding,
    /// When so many pieces of its frame have been copied, the last of them
    /// not yet published.
    Piece(u32),
    /// When its frame is published, and nothing has been told since.
    Sent,
    /// When a chunk has been taken, and nobody knows which.
    Claimed,
}

thread_local! {
    static ARMED: Cell<Option<(At, Fault)>> = const { Cell::new(None) };
}

/// Lets `fault` strike this process, once, when it sends its next result.
pub fn arm(at: At, fault: Fault) {
    ARMED.set(Some((at, fault)));
}

/// Is a strike to come?
#[inline]
pub fn armed() -> bool {
    ARMED.get().is_some()
}

/// For the places where this process may be.
#[inline]
pub fn at(place: At) {
    if let Some((armed, fault)) = ARMED.get()
        && armed == place
    {
        ARMED.set(None);
        fault.strike();
    }
}

/// For the ring: a piece was copied.
#[inline]
pub fn at_piece() {
    if let Some((At::Piece(left), fault)) = ARMED.get() {
        count(left, fault);
    }
}

#[cold]
fn count(left: u32, fault: Fault) {
    match left {
        0 | 1 => {
            ARMED.set(None);
            fault.strike();
        }
        _ => ARMED.set(Some((At::Piece(left - 1), fault))),
    }
}
