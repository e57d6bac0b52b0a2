//! `std::time`, with a clock that stands still until a sleep or a wait with a
//! limit ends.

pub use ::std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use ::std::cell::Cell;
use ::std::ops::{Add, AddAssign, Sub};

::std::thread_local! {
    // One thread of the system runs all threads of a model.
    static CLOCK: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Lets the clock go on to `then`, if it is not there.
pub(crate) fn advance(then: Instant) {
    CLOCK.set(CLOCK.get().max(then.0));
}

/// Like [`std::time::Instant`], read from the model's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// Like [`std::time::Instant::now`]. Another thread may run before it: what
    /// was done just before may be long ago.
    pub fn now() -> Instant {
        AtomicBool::new(false).load(Relaxed);
        Instant(CLOCK.get())
    }

    /// Like [`std::time::Instant::elapsed`].
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// Like [`std::time::Instant::duration_since`].
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// Like [`std::time::Instant::saturating_duration_since`].
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Like [`std::time::Instant::checked_duration_since`].
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// Like [`std::time::Instant::checked_add`].
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        self.0.checked_add(duration).map(Instant)
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant(self.0 + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        self.0 += duration;
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }
}
