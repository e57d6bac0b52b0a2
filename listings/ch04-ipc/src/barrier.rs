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
    ///
    /// So it has to at any rate. On a CPU where a thread of the process has
    /// ended (seen in Linux 6.18), or where the process ran before it called
    /// this (by the kernel's source), the kernel leaves it out until another
    /// process has run there.
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

/// Two processes, on two CPUs if there are two: each stores, fences and loads
/// what the other has stored. One of them sees it, in each round. Without
/// fences both do miss it.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::shared::Shared;
/// use ch04_ipc::barrier::Barrier;
/// use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
/// use std::hint::spin_loop;
/// use std::io;
/// use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
/// use std::sync::atomic::{AtomicU64, compiler_fence};
/// use std::thread;
/// use std::time::{Duration, Instant};
///
/// /// Of each side, on a page of its own: what it has stored, what it has seen,
/// /// and at how many gates it has been.
/// type Sides = [[AtomicU64; 512]; 2];
/// const STORED: usize = 0;
/// const SEEN: usize = 64;
/// const GATES: usize = 128;
///
/// /// Spinning: who has to be woken comes too late to run into the other's
/// /// store.
/// fn gate(sides: &Sides, own: usize) {
///     let end = Instant::now() + Duration::from_secs(20);
///     let gates = sides[own][GATES].load(Relaxed) + 1;
///     sides[own][GATES].store(gates, Release);
///     let mut looks = 0_u32;
///     while sides[1 - own][GATES].load(Acquire) < gates {
///         looks += 1;
///         if looks.is_multiple_of(10_000) {
///             assert!(Instant::now() < end, "the other side does not come");
///             thread::yield_now();
///         }
///         spin_loop();
///     }
/// }
///
/// fn round(sides: &Sides, own: usize, n: u64, fence: &dyn Fn()) {
///     gate(sides, own);
///     sides[own][STORED].store(n, Relaxed);
///     fence();
///     let seen = sides[1 - own][STORED].load(Relaxed);
///     sides[own][SEEN].store(seen, Relaxed);
///     gate(sides, own);
/// }
///
/// /// The first and the last that this process may use.
/// fn cpus() -> io::Result<[usize; 2]> {
///     let set = sched_getaffinity(None)?;
///     let mut cpus = (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu));
///     let first = cpus.next().expect("it runs on one");
///     Ok([first, cpus.next_back().unwrap_or(first)])
/// }
///
/// fn stay_on(cpu: usize) -> io::Result<()> {
///     let mut set = CpuSet::new();
///     set.set(cpu);
///     Ok(sched_setaffinity(None, &set)?)
/// }
///
/// let cpus = cpus()?;
/// let is_single = cpus[0] == cpus[1];
/// let rounds = if is_single { 100 } else { 20_000 };
/// // In how many rounds did both miss it? The child is light: the kernel leaves
/// // it out nowhere, see `join`.
/// let both_missed = |light: &dyn Fn(), heavy: &dyn Fn(), join: &dyn Fn()| {
///     let sides = Shared::<Sides>::new()?;
///     let mut child = ForkedChild::start(|| {
///         let stays = stay_on(cpus[1]);
///         join();
///         (1..=rounds).for_each(|n| round(&sides, 1, n, light));
///         i32::from(stays.is_err())
///     })?;
///     stay_on(cpus[0])?;
///     let missed = (1..=rounds).filter(|n| {
///         round(&sides, 0, *n, heavy);
///         // The other side waits at its next gate, or has ended.
///         sides.iter().all(|side| side[SEEN].load(Relaxed) < *n)
///     });
///     let missed = missed.count();
///     assert_eq!(child.wait()?.code(), Some(0));
///     io::Result::Ok(missed)
/// };
/// for barrier in [Barrier::choose(), Barrier::Full] {
///     let light = || barrier.light();
///     let heavy = || barrier.heavy();
///     let join = || assert_eq!(barrier.join(), barrier);
///     assert_eq!(both_missed(&light, &heavy, &join)?, 0, "{barrier:?}");
/// }
/// let none = || compiler_fence(SeqCst);
/// let misses = |_| both_missed(&none, &none, &|| ()).unwrap() > 0;
/// assert!(is_single || (0..20).any(misses), "this sees nothing");
/// # io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct OneOfTwoSeesTheOther;
