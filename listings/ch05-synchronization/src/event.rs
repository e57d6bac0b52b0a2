//! An event: something has happened, and all who wait for it go on. Python
//! has it as `threading.Event` and `multiprocessing.Event`.
//!
//! The flag and a count of how often it was set are one word, so that a
//! waiter sees that it was set even if it has been cleared since.

use super::LOOK;
use super::futex;
use super::peer::Peer;
use super::spin;
use std::error;
use std::fmt;
use std::hint;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::time::{Duration, Instant};

/// A flag that threads wait for, and processes if it lies in memory that they
/// share: all zeros are one that is clear.
///
/// Anybody may set it, so an event does not know whom its waiters wait for.
/// If that one dies, or its thread panics, nobody sets it:
/// [`wait_for`](Event::wait_for) looks whether a process is still alive, and
/// the other waits have a form with a deadline.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::event::Event;
/// use std::thread;
///
/// let loaded = Event::new();
/// thread::scope(|scope| {
///     scope.spawn(|| loaded.wait());
///     loaded.set();
/// });
/// assert!(loaded.is_set());
/// ```
// ANCHOR: event
#[repr(C)]
#[derive(Debug)]
pub struct Event {
    /// `SET`, `SLEEPERS`, and how often it was set.
    word: AtomicU32,
    /// The CPU that it was last set on, plus 1.
    cpu: AtomicU32,
}

pub(crate) const SET: u32 = 1;
/// Somebody sleeps, or is about to. Cleared by who sets it.
const SLEEPERS: u32 = 2;
/// One more in the count, which takes all other bits.
const ONCE: u32 = 4;
// ANCHOR_END: event

/// Why it was not seen to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// The time is up.
    TimedOut,
    /// The process that was to set it has ended, and has not.
    SetterDied,
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EventError::TimedOut => "the time is up",
            EventError::SetterDied => "the process that was to set it has died",
        })
    }
}

impl error::Error for EventError {}

/// A moment at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is about to set it.
    Setting,
    /// It is set, and nobody has been woken.
    Set,
    /// Registered as a sleeper, and not asleep.
    Sleeping,
}

/// How a waiter waits.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    pub deadline: Option<Instant>,
    pub setter: Option<Peer>,
    pub look: Duration,
    pub spins: bool,
}

impl Patience {
    fn until(deadline: Option<Instant>) -> Patience {
        Patience {
            deadline,
            setter: None,
            look: LOOK,
            spins: true,
        }
    }
}

impl Default for Event {
    fn default() -> Event {
        Event::new()
    }
}

impl Event {
    /// One that is not set.
    pub fn new() -> Event {
        Event {
            word: AtomicU32::new(0),
            cpu: AtomicU32::new(0),
        }
    }

    /// Is it set? By the time you look at the answer, it may have changed.
    pub fn is_set(&self) -> bool {
        self.word.load(Acquire) & SET != 0
    }

    /// How often it has been set, modulo 2³⁰: for
    /// [`wait_past`](Event::wait_past).
    pub fn count(&self) -> u32 {
        self.word.load(Acquire) / ONCE
    }

    // ANCHOR: set
    /// Sets it. All who wait go on, and all who come until it is cleared need
    /// not wait. What this thread did before is visible to them. It never
    /// blocks, whatever has become of the waiters.
    pub fn set(&self) {
        self.set_stepping(SET, |_| {});
    }

    /// Sets and clears it in one step: all who wait now go on.
    pub fn pulse(&self) {
        self.set_stepping(0, |_| {});
    }

    /// Clears it. Who came before it was set, and has not yet woken up, goes
    /// on all the same.
    pub fn clear(&self) {
        // Acquire: who clears what another one has set has seen what that
        // one did before. Nobody will be told of it once more. Release: a
        // setter that finds it clear sees what this thread did before.
        self.word.fetch_and(!SET, AcqRel);
    }

    #[inline]
    pub(crate) fn set_stepping(&self, flag: u32, step: impl Fn(Step)) {
        step(Step::Setting);
        spin::tell(&self.cpu);
        let mut word = self.word.load(Relaxed);
        loop {
            // If it is set already, too: who waits for the count is told, and
            // who sees the flag sees what this thread did before.
            let more = word.wrapping_add(ONCE);
            let new = more & !(SET | SLEEPERS) | flag;
            match self.word.compare_exchange(word, new, AcqRel, Relaxed) {
                Ok(_) => break,
                Err(found) => word = found,
            }
        }
        step(Step::Set);
        if word & SLEEPERS != 0 {
            futex::wake(&self.word, futex::ALL);
        }
    }
    // ANCHOR_END: set

    /// Waits until it is set; not at all if it is. If nobody sets it, it
    /// waits for ever: see [`wait_timeout`](Event::wait_timeout).
    pub fn wait(&self) {
        self.wait_until(None);
    }

    /// Waits until it is set, for `time` at most, and answers whether it was.
    pub fn wait_timeout(&self, time: Duration) -> bool {
        self.wait_until(Instant::now().checked_add(time))
    }

    /// Waits until it is set or the deadline has passed, and answers whether
    /// it was set.
    pub fn wait_until(&self, deadline: Option<Instant>) -> bool {
        let patience = Patience::until(deadline);
        self.wait_stepping(patience, |_| {}).is_ok()
    }

    /// As [`wait_until`](Event::wait_until), and sleeps at once, without
    /// looking for a while: for waits that are known to be long.
    pub fn wait_asleep(&self, deadline: Option<Instant>) -> bool {
        let patience = Patience {
            spins: false,
            ..Patience::until(deadline)
        };
        self.wait_stepping(patience, |_| {}).is_ok()
    }

    /// Waits until it is set, as long as the process that is to set it is
    /// alive. One that is only stopped is waited for until the deadline.
    ///
    /// # Errors
    ///
    /// [`EventError::SetterDied`], told within 100 ms, and
    /// [`EventError::TimedOut`].
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork::ForkedChild;
    /// use ch03_processes::shared::Shared;
    /// use ch04_ipc::peer::Peer;
    /// use ch05_synchronization::event::{Event, EventError};
    ///
    /// let loaded = Shared::<Event>::new()?;
    /// let loader = ForkedChild::start(|| 1)?;
    /// let setter = Peer::of(loader.pid() as u32)?;
    /// let seen = loaded.wait_for(setter, None);
    /// assert_eq!(seen, Err(EventError::SetterDied));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn wait_for(
        &self,
        setter: Peer,
        deadline: Option<Instant>,
    ) -> Result<(), EventError> {
        let patience = Patience {
            setter: Some(setter),
            ..Patience::until(deadline)
        };
        self.wait_stepping(patience, |_| {})
    }

    /// Waits until it has been set more often than `count` says, and answers
    /// how often that is; not at all if it has been already. Who waits so,
    /// each time with the last answer, misses none and need not clear it.
    ///
    /// # Errors
    ///
    /// As for [`wait_for`](Event::wait_for).
    pub fn wait_past(
        &self,
        count: u32,
        setter: Option<Peer>,
        deadline: Option<Instant>,
    ) -> Result<u32, EventError> {
        let patience = Patience {
            setter,
            ..Patience::until(deadline)
        };
        self.wait_past_stepping(count, patience, |_| {})
    }

    pub(crate) fn wait_past_stepping(
        &self,
        count: u32,
        patience: Patience,
        step: impl Fn(Step),
    ) -> Result<u32, EventError> {
        let past = |word| word / ONCE != count;
        Ok(self.look(past, patience, step)? / ONCE)
    }

    // ANCHOR: wait
    #[inline]
    pub(crate) fn wait_stepping(
        &self,
        patience: Patience,
        step: impl Fn(Step),
    ) -> Result<(), EventError> {
        let came = self.word.load(Acquire);
        // Set now, or set since, even if it has been cleared again.
        let happened = |word| word & SET != 0 || word / ONCE != came / ONCE;
        self.look(happened, patience, step)?;
        Ok(())
    }

    /// Looks for a while, and sleeps then.
    #[inline]
    fn look(
        &self,
        happened: impl Fn(u32) -> bool,
        patience: Patience,
        step: impl Fn(Step),
    ) -> Result<u32, EventError> {
        let word = self.word.load(Acquire);
        if happened(word) {
            return Ok(word);
        }
        let late = patience.deadline.is_some_and(|at| at <= Instant::now());
        // None at all where it was last set on this very CPU.
        let looks = match patience.spins && !late {
            true => spin::looks(&AtomicU32::new(0), &self.cpu),
            false => 0,
        };
        for _ in 0..looks {
            let word = self.word.load(Acquire);
            if happened(word) {
                return Ok(word);
            }
            hint::spin_loop();
        }
        self.sleep(happened, patience, step)
    }

    #[cold]
    fn sleep(
        &self,
        happened: impl Fn(u32) -> bool,
        patience: Patience,
        step: impl Fn(Step),
    ) -> Result<u32, EventError> {
        let Patience {
            deadline,
            setter,
            look,
            ..
        } = patience;
        // Not anew with each turn: a signal handler may end each sleep.
        let entered = Instant::now();
        let mut next_look = entered + look;
        let mut entered = Some(entered);
        loop {
            // Before the word: what was set in time is seen.
            let now = entered.take().unwrap_or_else(Instant::now);
            let word = self.word.load(Acquire);
            if happened(word) {
                return Ok(word);
            }
            let late = deadline.is_some_and(|deadline| deadline <= now);
            if (late || now >= next_look)
                && setter.is_some_and(|setter| setter.has_ended())
            {
                // To set it may have been the last that it did.
                let word = self.word.load(Acquire);
                return match happened(word) {
                    true => Ok(word),
                    false => Err(EventError::SetterDied),
                };
            }
            if late {
                return Err(EventError::TimedOut);
            }
            if now >= next_look {
                next_look = now + look;
            }
            let asleep = word | SLEEPERS;
            let exchange =
                |new| self.word.compare_exchange(word, new, Relaxed, Relaxed);
            if word != asleep && exchange(asleep).is_err() {
                continue;
            }
            step(Step::Sleeping);
            let until = deadline.map_or(next_look, |d| d.min(next_look));
            // Sleeps if the word is still the one that was judged.
            futex::wait(&self.word, asleep, Some(until));
        }
    }
    // ANCHOR_END: wait
}

#[cfg(test)]
mod tests {
    use super::{Event, EventError};
    use crate::sleeper::spawn_asleep;
    use ch04_ipc::peer::Peer;
    use std::thread;
    use std::time::{Duration, Instant};

    const SOON: Duration = Duration::from_millis(1);

    #[test]
    fn it_is_a_flag() {
        let event = Event::new();
        assert!(!event.is_set());
        assert!(!event.wait_timeout(SOON));
        assert!(!event.wait_timeout(Duration::ZERO));
        assert!(!event.wait_asleep(Instant::now().checked_add(SOON)));
        event.set();
        event.set();
        assert_eq!(event.count(), 2);
        assert!(event.is_set());
        event.wait();
        assert!(event.wait_timeout(Duration::ZERO));
        assert!(event.wait_timeout(Duration::MAX));
        event.clear();
        event.clear();
        assert!(!event.wait_timeout(SOON));
    }

    #[test]
    fn each_setting_is_counted() {
        let event = Event::new();
        let count = event.count();
        assert_eq!(
            event.wait_past(count, None, Some(Instant::now())),
            Err(EventError::TimedOut)
        );
        event.pulse();
        event.pulse();
        assert!(!event.is_set());
        assert_eq!(event.wait_past(count, None, None), Ok(count + 2));
    }

    #[test]
    fn one_that_is_set_is_counted_too() {
        let event = Event::new();
        event.set();
        let count = event.count();
        thread::scope(|scope| {
            let wait = || event.wait_past(count, None, None);
            let waiter = spawn_asleep(scope, wait);
            event.pulse();
            assert_eq!(waiter.join().unwrap(), Ok(count + 1));
        });
    }

    #[test]
    fn the_count_wraps() {
        let event = Event::new();
        event.word.store(!3, super::Relaxed);
        let count = event.count();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| event.wait_past(count, None, None));
            event.pulse();
            assert_eq!(waiter.join().unwrap(), Ok(0));
        });
    }

    #[test]
    fn all_who_sleep_are_woken() {
        let event = Event::new();
        thread::scope(|scope| {
            let wait = || event.wait_past(0, None, None);
            let waiters = [(); 4].map(|()| spawn_asleep(scope, wait));
            event.pulse();
            for waiter in waiters {
                assert_eq!(waiter.join().unwrap(), Ok(1));
            }
        });
    }

    #[test]
    fn a_living_setter_is_waited_for() {
        let event = Event::new();
        let deadline = Instant::now().checked_add(3 * super::LOOK);
        let own = Peer::own().unwrap();
        assert_eq!(event.wait_for(own, deadline), Err(EventError::TimedOut));
        event.set();
        assert_eq!(event.wait_for(own, deadline), Ok(()));
    }
}
