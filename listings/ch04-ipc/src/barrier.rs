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
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    use std::hint::spin_loop;
    use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
    use std::sync::atomic::{AtomicUsize, compiler_fence};
    use std::thread;

    /// On a cache line of its own.
    #[derive(Default)]
    #[repr(align(64))]
    struct Word(AtomicUsize);

    /// What the two sides share: each writes its own.
    #[derive(Default)]
    struct Side {
        stored: Word,
        seen: Word,
        /// At how many gates it has been.
        gates: Word,
    }

    /// Waits for the other side. Spinning: a thread that has to be woken comes
    /// too late to run into the other one's store.
    fn gate(own: &Side, other: &Side) {
        let gates = own.gates.0.load(Relaxed) + 1;
        own.gates.0.store(gates, Release);
        let mut looks = 0_u32;
        while other.gates.0.load(Acquire) < gates {
            looks += 1;
            match looks % 10_000 {
                0 => thread::yield_now(),
                _ => spin_loop(),
            }
        }
    }

    /// Each side stores, fences and loads the other's. In how many rounds did
    /// both miss it?
    fn both_missed(
        cpus: [usize; 2],
        rounds: usize,
        light: impl Fn() + Sync,
        heavy: impl Fn() + Sync,
    ) -> usize {
        let sides = [Side::default(), Side::default()];
        let [a, b] = &sides;
        let round = |own: &Side, other: &Side, n, fence: &dyn Fn()| {
            gate(own, other);
            own.stored.0.store(n, Relaxed);
            fence();
            let seen = other.stored.0.load(Relaxed);
            own.seen.0.store(seen, Relaxed);
            gate(own, other);
        };
        let [this_cpu, that_cpu] = cpus;
        thread::scope(|scope| {
            scope.spawn(|| {
                stay_on(that_cpu);
                (1..=rounds).for_each(|n| round(b, a, n, &heavy));
            });
            let both_missed = |n: &usize| {
                round(a, b, *n, &light);
                // The other side waits at its next gate.
                [a, b].iter().all(|side| side.seen.0.load(Relaxed) < *n)
            };
            let this = scope.spawn(move || {
                stay_on(this_cpu);
                (1..=rounds).filter(both_missed).count()
            });
            this.join().unwrap()
        })
    }

    /// The first and the last that this process may use.
    fn cpus() -> [usize; 2] {
        let set = sched_getaffinity(None).unwrap();
        let mut cpus = (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu));
        let first = cpus.next().unwrap();
        [first, cpus.next_back().unwrap_or(first)]
    }

    /// Two that share a CPU never run at once.
    fn stay_on(cpu: usize) {
        let mut set = CpuSet::new();
        set.set(cpu);
        sched_setaffinity(None, &set).unwrap();
    }

    #[test]
    fn one_of_two_sees_the_other() {
        let cpus = cpus();
        let is_single = cpus[0] == cpus[1];
        let rounds = if is_single { 100 } else { 5_000 };
        for barrier in [Barrier::choose().join(), Barrier::Full] {
            let light = || barrier.light();
            let heavy = || barrier.heavy();
            let missed = both_missed(cpus, rounds, light, heavy);
            assert_eq!(missed, 0, "{barrier:?}");
        }
        // Without fences both do miss it, if they run at once.
        let none = || compiler_fence(SeqCst);
        let misses = |_| both_missed(cpus, rounds, none, none) > 0;
        assert!(is_single || (0..20).any(misses), "this sees nothing");
    }
}
