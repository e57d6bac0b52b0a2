//! Jobs that failed and are to be tried again, each at its own time.
//!
//! Nothing here waits: a coordinator watches [`Retries::due`] beside its
//! other channels. Python's `threading.Timer` is a thread for each of them.

use crossbeam::channel::{Receiver, at, never};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Jobs with the time at which each is due.
#[derive(Debug)]
pub struct Retries<T> {
    /// The number keeps two of the same instant apart, in order.
    waiting: BTreeMap<(Instant, u64), T>,
    pushed: u64,
}

impl<T> Retries<T> {
    /// None yet.
    pub fn new() -> Self {
        Retries {
            waiting: BTreeMap::new(),
            pushed: 0,
        }
    }

    /// Keeps `job` for `pause` from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::retries::Retries;
    /// use std::time::Duration;
    ///
    /// let mut retries = Retries::new();
    /// retries.push(Duration::from_millis(2), "second");
    /// retries.push(Duration::from_millis(1), "first");
    /// for expected in ["first", "second"] {
    ///     retries.due().recv().unwrap();
    ///     assert_eq!(retries.pop_due(), Some(expected));
    /// }
    /// assert!(retries.is_empty());
    /// ```
    pub fn push(&mut self, pause: Duration, job: T) {
        self.waiting
            .insert((Instant::now() + pause, self.pushed), job);
        self.pushed += 1;
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

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl<T> Default for Retries<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// How long to pause before the try after `tries` of them: `first`, doubled
/// for each further try, at most `longest`; of this a random share between a
/// half and the whole, so that jobs that failed together do not come back
/// together.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::retries::back_off;
/// use std::time::Duration;
///
/// let ms = Duration::from_millis;
/// let pause = back_off(3, ms(10), ms(1000));
/// assert!((ms(20)..=ms(40)).contains(&pause));
/// assert!(back_off(99, ms(10), ms(1000)) <= ms(1000));
/// ```
pub fn back_off(tries: u32, first: Duration, longest: Duration) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
    let pause = first.saturating_mul(doubled).min(longest);
    pause.mul_f64(0.5 + 0.5 * fastrand::f64())
}
