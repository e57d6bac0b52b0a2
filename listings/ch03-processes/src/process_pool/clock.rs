//! How long a worker has been at one thing, less the time in which nothing
//! could run.

use std::time::{Duration, Instant};

/// The kernel lets a control group without CPU wait for a second at most, in
/// its longest period (`cpu.max`). Who slept longer beyond its time was
/// stopped.
const STOPPED: Duration = Duration::from_secs(1);

/// Started when the worker is first seen at something.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    since: Instant,
    /// How much of what was overslept has not been counted.
    excused: Duration,
}

impl Clock {
    pub fn new(now: Instant) -> Clock {
        Clock {
            since: now,
            excused: Duration::ZERO,
        }
    }

    /// The pool slept so much longer than it could. If it was stopped, by
    /// Ctrl-Z, so were the workers: that is no time at all. If it had no CPU,
    /// the worker may have been the one who took it: that is not counted up
    /// to `limit`, and then it is.
    pub fn excuse(&mut self, overslept: Duration, limit: Duration) {
        let mut credit = overslept;
        if overslept <= STOPPED {
            credit = credit.min(limit.saturating_sub(self.excused));
            self.excused += credit;
        }
        self.since += credit;
    }

    /// The time that counts.
    pub fn time(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(2);

    /// When the limit has passed for a worker that never ends, if the pool
    /// sleeps for 20 ms and `overslept`, over and over.
    fn passed(overslept: Duration) -> Option<Duration> {
        let start = Instant::now();
        let mut now = start;
        let mut clock = Clock::new(start);
        for _ in 0..10_000 {
            if clock.time(now) > LIMIT {
                return Some(now - start);
            }
            now += Duration::from_millis(20) + overslept;
            clock.excuse(overslept, LIMIT);
        }
        None
    }

    #[test]
    fn a_limit_passes_however_little_cpu_there_is() {
        for overslept in [0, 1, 30, 61, 80, 180, 980] {
            let overslept = Duration::from_millis(overslept);
            let after = passed(overslept).expect("it passes");
            let look = Duration::from_millis(20) + overslept;
            assert!(after > LIMIT, "{overslept:?}: {after:?}");
            assert!(after <= 2 * LIMIT + look, "{overslept:?}: {after:?}");
        }
    }

    #[test]
    fn a_stop_is_no_time() {
        let start = Instant::now();
        let mut clock = Clock::new(start);
        let stopped = Duration::from_secs(3600);
        let work = Duration::from_secs(1);
        clock.excuse(stopped, LIMIT);
        clock.excuse(stopped, LIMIT);
        assert_eq!(clock.time(start + 2 * stopped + work), work);
    }
}
