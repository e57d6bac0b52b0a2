//! Jobs that failed and are to be tried again, each at its own time.
//!
//! Nothing here waits: a coordinator watches [`Retries::due`] beside its
//! other channels. Python's `threading.Timer` is a thread for each of them.

use crossbeam::channel::{Receiver, at, never};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Jobs with the time at which each is due. The first retry of a job waits
/// for `first`, each further one twice as long as the one before, at most
/// for `longest`: *exponential back-off*. Of this a random share between a
/// half and the whole is taken (*jitter*), so that jobs that failed together
/// do not come back together.
#[derive(Debug)]
pub struct Retries<T> {
    first: Duration,
    longest: Duration,
    /// The number keeps two of the same instant apart, in order.
    waiting: BTreeMap<(Instant, u64), T>,
    pushed: u64,
}

impl<T> Retries<T> {
    /// None yet.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Retries {
            first,
            longest,
            waiting: BTreeMap::new(),
            pushed: 0,
        }
    }

    // ANCHOR: waiting
    /// Keeps `job`, which has failed `tries` times, until it is due again.
    ///
    /// # Panics
    ///
    /// An `Instant` cannot tell when that is: `longest` is beyond all measure.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::retries::Retries;
    /// use std::time::Duration;
    ///
    /// let ms = Duration::from_millis;
    /// let mut retries = Retries::new(ms(2), ms(1000));
    /// retries.push("later", 3);
    /// retries.push("soon", 1);
    /// for expected in ["soon", "later"] {
    ///     retries.due().recv().unwrap();
    ///     assert_eq!(retries.pop_due(), Some(expected));
    /// }
    /// assert!(retries.is_empty());
    /// ```
    pub fn push(&mut self, job: T, tries: u32) {
        let due = Instant::now() + self.pause(tries);
        self.waiting.insert((due, self.pushed), job);
        self.pushed += 1;
    }

    fn pause(&self, tries: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
        let pause = self.first.saturating_mul(doubled).min(self.longest);
        pause.mul_f64(0.5 + 0.5 * fastrand::f64())
    }

    /// A channel that has a message once the first job is due, and never if
    /// there is none. Ask anew after each [`push`](Self::push) and
    /// [`pop_due`](Self::pop_due).
    pub fn due(&self) -> Receiver<Instant> {
        match self.waiting.first_key_value() {
            Some(((due, _), _)) => at(*due),
            None => never(),
        }
    }

    /// Takes the first job, if it is due.
    pub fn pop_due(&mut self) -> Option<T> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= Instant::now()).then(|| first.remove())
    }
    // ANCHOR_END: waiting

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let ms = Duration::from_millis;
        let retries: Retries<()> = Retries::new(ms(10), ms(100));
        for (tries, most) in [(1, 10), (2, 20), (4, 80), (5, 100), (99, 100)] {
            let pause = retries.pause(tries);
            assert!(pause >= ms(most) / 2 && pause <= ms(most), "{pause:?}");
        }
    }
}
