//! A fence between two processes that costs the one next to nothing and the
//! other a system call: membarrier(2).
//!
//! A wake-up protocol has two sides. One publishes and then looks for a
//! sleeper; the other says that it sleeps and then looks for what is
//! published. Each needs a fence between its two steps, or both may look too
//! early. Only one of the two is in a hurry: who is about to sleep has time.
//! So it has the kernel run a full fence on every CPU that runs one of the
//! registered processes, its own included, and the other side leaves its
//! fence out.

use rustix::thread::{
    MembarrierCommand, MembarrierQuery, membarrier, membarrier_query,
};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{compiler_fence, fence};
use std::thread;

/// Which fences both sides use. To be chosen before the processes part, and
/// then joined by each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// Light on one side, heavy on the other.
    Asymmetric,
    /// A fence on each side: what the processor offers.
    Full,
}

impl Barrier {
    /// The best that there is: `Full` before Linux 4.16, where a container's
    /// rules refuse membarrier(2), and on one CPU, where the two sides never
    /// run at once and a fence costs less than the call.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::barrier::Barrier;
    ///
    /// let barrier = Barrier::choose().join();
    /// // The side in a hurry:
    /// barrier.light();
    /// // The side that is about to sleep:
    /// barrier.heavy();
    /// ```
    pub fn choose() -> Barrier {
        let offered = membarrier_query();
        let both = MembarrierQuery::GLOBAL_EXPEDITED
            | MembarrierQuery::REGISTER_GLOBAL_EXPEDITED;
        let alone = thread::available_parallelism().is_ok_and(|n| n.get() == 1);
        match offered.contains(both) && !alone {
            true => Barrier::Asymmetric.join(),
            false => Barrier::Full,
        }
    }

    /// What this process uses where `self` was chosen: to be called in each,
    /// since the kernel fences only the processes that registered.
    ///
    /// If the kernel refuses now what it has offered, this side's light fence
    /// becomes a full one, which serves the other side as well. Its own heavy
    /// one then reaches nobody, and whoever sleeps has to look again after a
    /// time.
    pub fn join(self) -> Barrier {
        let register = MembarrierCommand::RegisterGlobalExpedited;
        match self {
            Barrier::Asymmetric if membarrier(register).is_ok() => self,
            _ => Barrier::Full,
        }
    }

    /// For who publishes, between the publishing and the look for a sleeper.
    #[inline]
    pub fn light(self) {
        match self {
            // The other side has the processor do the rest.
            Barrier::Asymmetric => compiler_fence(SeqCst),
            Barrier::Full => fence(SeqCst),
        }
    }

    /// For who is about to sleep, between saying so and the last look.
    pub fn heavy(self) {
        fence(SeqCst);
        if self == Barrier::Asymmetric {
            // Refused only if this process has locked itself in meanwhile:
            // see `join`.
            let _ = membarrier(MembarrierCommand::GlobalExpedited);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Barrier;
    use std::sync::Barrier as Gate;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    use std::thread;

    /// Each side stores, fences and loads the other's: not both may miss it.
    fn both_missed(rounds: usize, barrier: Barrier) -> usize {
        let words = [AtomicU32::new(0), AtomicU32::new(0)];
        let seen = [AtomicU32::new(0), AtomicU32::new(0)];
        let gate = Gate::new(2);
        let mut missed = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..rounds {
                    gate.wait();
                    words[1].store(1, Relaxed);
                    barrier.heavy();
                    seen[1].store(words[0].load(Relaxed), Relaxed);
                    gate.wait();
                }
            });
            for _ in 0..rounds {
                words.iter().for_each(|word| word.store(0, Relaxed));
                gate.wait();
                words[0].store(1, Relaxed);
                barrier.light();
                seen[0].store(words[1].load(Relaxed), Relaxed);
                gate.wait();
                missed += usize::from(
                    seen.each_ref().map(|s| s.load(Relaxed)) == [0, 0],
                );
            }
        });
        missed
    }

    #[test]
    fn one_of_two_sees_the_other() {
        assert_eq!(both_missed(500, Barrier::choose().join()), 0);
        assert_eq!(both_missed(500, Barrier::Full.join()), 0);
    }
}
