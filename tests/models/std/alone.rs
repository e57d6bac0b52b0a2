//! What chapter 4's `barrier`, `here`, `peer` and `spin` are in a model: one
//! process, alive, with full fences. A case takes them in place of the
//! chapter's: `use std::alone::{barrier, here, peer, spin};`.

/// Full fences: a checker knows no membarrier(2).
pub mod barrier {
    use crate::sync::atomic::{Ordering::SeqCst, fence};

    /// Like the chapter's.
    #[derive(Clone, Copy, Debug)]
    pub struct Barrier;

    impl Barrier {
        /// Nothing to register.
        pub fn join(self) -> Barrier {
            self
        }

        /// A full fence.
        pub fn light(self) {
            fence(SeqCst);
        }

        /// A full fence.
        pub fn heavy(self) {
            fence(SeqCst);
        }
    }
}

/// Everybody is here, and alive.
pub mod peer {
    /// Like the chapter's.
    #[derive(Clone, Copy, Debug)]
    pub struct Peer;

    impl Peer {
        /// Not 0.
        pub fn word(self) -> u64 {
            1
        }

        /// Any.
        pub fn from_word(_: u64) -> Peer {
            Peer
        }

        /// No.
        pub fn has_ended(self) -> bool {
            false
        }
    }
}

/// There is one process.
pub mod here {
    use super::peer::Peer;

    /// Like the chapter's.
    #[derive(Clone, Copy, Debug)]
    pub struct Here;

    impl Here {
        /// Here.
        pub fn now() -> Here {
            Here
        }

        /// Nobody forks.
        pub fn is_here(self) -> bool {
            true
        }

        /// Any.
        pub fn peer(self) -> Peer {
            Peer
        }
    }
}

/// To look again and again is no step of the protocol.
pub mod spin {
    use crate::sync::atomic::AtomicU32;

    /// Never.
    pub fn looks(_: &AtomicU32, _: &AtomicU32) -> u32 {
        0
    }

    /// Nothing.
    pub fn tell(_: &AtomicU32) {}
}
