//! What the kernel counts for a piece of work: its time on the CPU, and how
//! often it left the CPU.
//!
//! Python has these as `resource.getrusage`, `time.thread_time` and
//! `time.process_time`. Counts for a single thread are not in POSIX; Linux has
//! them.

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use std::ffi::c_long;
use std::time::{Duration, Instant};

/// What a piece of work used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The time that passed.
    pub wall: Duration,
    /// The time on a CPU, in the program and in the kernel. For a process
    /// with several threads it can exceed `wall`.
    pub cpu: Duration,
    /// Voluntary context switches (`ru_nvcsw`): how often a thread left the
    /// CPU because it had to wait for something.
    pub waits: u64,
    /// Involuntary context switches (`ru_nivcsw`): how often the kernel gave
    /// the CPU to another thread, though this one could have gone on.
    pub preemptions: u64,
}

impl Usage {
    /// CPU time over wall time: how many CPUs the work kept busy on average.
    pub fn cpus_busy(&self) -> f64 {
        self.cpu.as_secs_f64() / self.wall.as_secs_f64()
    }
}

/// Runs `work`, and answers its value and what the calling thread used for
/// it. What other threads do in the meantime is not counted, not even those
/// that `work` starts.
///
/// # Examples
///
/// ```
/// use ch01_getting_started::usage;
/// use std::{thread, time::Duration};
///
/// let nap = || thread::sleep(Duration::from_millis(2));
/// let (_, used) = usage::of_thread(nap);
/// assert!(used.wall >= Duration::from_millis(2));
/// ```
pub fn of_thread<T>(work: impl FnOnce() -> T) -> (T, Usage) {
    let (who, clock) =
        (UsageWho::RUSAGE_THREAD, ClockId::CLOCK_THREAD_CPUTIME_ID);
    measure(who, clock, work)
}

/// Runs `work`, and answers its value and what all threads of this process
/// used in the meantime, ended ones included. For other threads that run as
/// `work` begins or ends, the CPU time since their last clock tick may be
/// counted late.
pub fn of_process<T>(work: impl FnOnce() -> T) -> (T, Usage) {
    let (who, clock) =
        (UsageWho::RUSAGE_SELF, ClockId::CLOCK_PROCESS_CPUTIME_ID);
    measure(who, clock, work)
}

fn measure<T>(
    who: UsageWho,
    clock: ClockId,
    work: impl FnOnce() -> T,
) -> (T, Usage) {
    let counts = || {
        let usage = getrusage(who).expect("Linux knows it since 2.6.26");
        let number = |n: c_long| u64::try_from(n).expect("a count");
        (
            number(usage.voluntary_context_switches()),
            number(usage.involuntary_context_switches()),
        )
    };
    // For a running thread `ru_utime` and `ru_stime` may lack the time since
    // the last clock tick. The thread's clock includes it; the process's
    // clock lacks it for other running threads.
    let cpu = || -> Duration {
        clock_gettime(clock).expect("Linux has these clocks").into()
    };
    let before = counts();
    // The wall time encloses the CPU time, so that one thread never seems to
    // have kept more than one CPU busy.
    let start = Instant::now();
    let cpu_before = cpu();
    let value = work();
    let cpu = cpu() - cpu_before;
    let wall = start.elapsed();
    let after = counts();
    let usage = Usage {
        wall,
        cpu,
        waits: after.0 - before.0,
        preemptions: after.1 - before.1,
    };
    (value, usage)
}

#[cfg(test)]
mod tests {
    use super::{of_process, of_thread};
    use crate::primes::count_primes;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn every_sleep_is_a_wait() {
        let nap = || thread::sleep(Duration::from_millis(1));
        let (_, used) = of_thread(|| (0..20).for_each(|_| nap()));
        // A sleep of a thread that lost its CPU on the way into it may be
        // over before it begins, but not ten of them.
        assert!(used.waits >= 10, "{used:?}");
        assert!(used.cpus_busy() < 1.0, "{used:?}");
    }

    #[test]
    fn a_thread_counts_its_own_work_and_a_process_all() {
        let count = || count_primes(0..50_000);
        let ((own, there), all) = of_process(|| {
            let elsewhere = || {
                let worker = thread::spawn(move || of_thread(count).1);
                worker.join().unwrap()
            };
            let (there, here) = of_thread(elsewhere);
            (here, there)
        });
        assert!(there.cpu > own.cpu, "{there:?} {own:?}");
        assert!(all.cpu >= there.cpu, "{all:?} {there:?}");
    }
}
