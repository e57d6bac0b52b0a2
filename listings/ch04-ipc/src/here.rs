//! Which process runs this: the one that made something, or a copy of it.
//!
//! A fork copies all variables, those too that are meant for one process
//! alone. Asking for the pid each time would be a system call.

use crate::peer::Peer;
use std::process;
use std::sync::Once;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// This process, a [`Peer`]'s word, once it has been asked for; 0 in one that
/// was forked and has not asked.
static HERE: AtomicU64 = AtomicU64::new(0);

/// A moment in the life of one process.
#[derive(Clone, Copy, Debug)]
pub struct Here {
    peer: u64,
}

impl Here {
    /// Here and now.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork::ForkedChild;
    /// use ch04_ipc::here::Here;
    ///
    /// let here = Here::now();
    /// assert!(here.is_here());
    /// let mut child = ForkedChild::start(|| i32::from(here.is_here()))?;
    /// assert_eq!(child.wait()?.code(), Some(0));
    /// assert!(here.is_here());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn now() -> Here {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| {
            // SAFETY: the handler is a function of this program, and stays.
            // It stores to an atomic, which a forked child may do. It fails
            // only without memory; forks are not seen then.
            unsafe {
                libc::pthread_atfork(None, None, Some(in_child));
            }
        });
        let mut peer = HERE.load(Relaxed);
        if peer == 0 {
            let own = Peer::own();
            let own = own.unwrap_or_else(|_| Peer::by_pid(process::id()));
            peer = own.word();
            HERE.store(peer, Relaxed);
        }
        Here { peer }
    }

    /// Is this still the process that called [`now`](Here::now)?
    #[inline]
    pub fn is_here(self) -> bool {
        HERE.load(Relaxed) == self.peer
    }

    /// The process.
    pub fn peer(self) -> Peer {
        Peer::from_word(self.peer)
    }
}

unsafe extern "C" fn in_child() {
    HERE.store(0, Relaxed);
}
