//! A barrier that members meet at, round after round, and that breaks when one
//! of them will not come. Python has it as `threading.Barrier` and
//! `multiprocessing.Barrier`, where a member that dies is not noticed.

use super::LOOK;
use super::futex;
use super::here::Here;
use super::peer::Peer;
use super::spin;
use std::array;
use std::error;
use std::fmt;
use std::hint;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::thread;
use std::time::{Duration, Instant};

/// Where `N` members meet, at most 255: threads, or processes if it lies in
/// memory that they share, or both. All zeros are one that nobody has joined.
///
/// Each member joins under a number of its own and gets a [`Member`] to wait
/// with. The barrier *breaks*, and everybody's wait ends with the reason, if
/// a member's process ends, if its `Member` is dropped, by a panic or not, if
/// its time is up, or if somebody calls it off. It stays broken until
/// [`reset`](Barrier::reset).
///
/// The death of a process is seen within 100 ms by those who sleep. One that
/// is only stopped is waited for, for ever without a deadline; so is one that
/// never joins; if it is [expected](Barrier::expect), until it ends.
///
/// # Examples
///
/// ```
/// use ch05_synchronization::barrier::Barrier;
/// use std::thread;
///
/// let barrier = Barrier::<2>::new();
/// let [mut ours, mut theirs] = [0, 1].map(|i| barrier.join(i).unwrap());
/// thread::scope(|scope| {
///     scope.spawn(move || {
///         theirs.wait().unwrap();
///         theirs.wait().unwrap();
///     });
///     ours.wait().unwrap();
///     ours.wait().unwrap();
/// });
/// ```
// ANCHOR: memory
#[repr(C)]
#[derive(Debug)]
pub struct Barrier<const N: usize> {
    /// What the members sleep on: how many have arrived in this round, or,
    /// once it is broken, who broke it, and why; `SLEEPERS`; and the round.
    word: AtomicU32,
    _spare: AtomicU32,
    places: [Place; N],
}

/// A member, as the others know it.
#[repr(C)]
#[derive(Debug)]
pub struct Place {
    /// 0, or a [`Peer`], and `JOINED` if it has come.
    peer: AtomicU64,
    /// The CPU that it last arrived on, plus 1.
    cpu: AtomicU32,
    _spare: AtomicU32,
}

/// The lowest bits: a number of members, or the number of one.
const COUNT: u32 = 0xff;
/// Not the number of a member.
const NOBODY: u32 = 0xff;
/// A [`Why`], or 0.
const WHY: u32 = 0x700;
const WHY_SHIFT: u32 = 8;
/// Somebody sleeps, or is about to.
const SLEEPERS: u32 = 0x800;
/// One round more: the generation. It takes all other bits, though one would
/// do, since no round ends before all have come out of the last one.
const ROUND: u32 = 0x1000;
// ANCHOR_END: memory

/// In a place, beside the [`Peer`], of which this bit is never set.
const JOINED: u64 = 1 << 63;

/// Why a barrier broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The member's process has ended.
    Died = 1,
    /// Its `Member` was dropped by a panic.
    Panicked,
    /// Its `Member` was dropped.
    Left,
    /// It waited until its deadline.
    GaveUp,
    /// It, or somebody from outside, called it off.
    Aborted,
}

impl Why {
    fn from_word(word: u32) -> Option<Why> {
        Some(match (word & WHY) >> WHY_SHIFT {
            0 => return None,
            1 => Why::Died,
            2 => Why::Panicked,
            3 => Why::Left,
            4 => Why::GaveUp,
            _ => Why::Aborted,
        })
    }
}

/// Why a member does not come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarrierError {
    /// The barrier is broken, for everybody: why, and by which member. It is
    /// none if somebody from outside called it off.
    Broken(Why, Option<usize>),
    /// This number is another's, who is alive; or, of a
    /// [`reset`](Barrier::reset), this member has not left yet.
    Taken(usize),
    /// Another process has joined; this is a copy, made by a fork.
    NotYours,
}

impl fmt::Display for BarrierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (why, by) = match self {
            BarrierError::Broken(why, by) => (why, by),
            BarrierError::Taken(number) => {
                return write!(f, "member {number} is there");
            }
            BarrierError::NotYours => {
                return f.write_str("another process is this member");
            }
        };
        match by {
            Some(number) => write!(f, "member {number} ")?,
            None => f.write_str("somebody ")?,
        }
        f.write_str(match why {
            Why::Died => "has died",
            Why::Panicked => "has panicked",
            Why::Left => "has left",
            Why::GaveUp => "gave up",
            Why::Aborted => "called it off",
        })
    }
}

impl error::Error for BarrierError {}

/// A member's turn in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The how-manieth it was to arrive, from 0: another one for each.
    pub index: usize,
    /// True for one of them: the last, who has not slept.
    pub is_leader: bool,
}

/// A moment at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It has not arrived.
    Arriving,
    /// It has arrived; if it was the last, nobody has been woken.
    Arrived,
    /// Registered as a sleeper, and not asleep.
    Sleeping,
    /// It has found why to break it, and has not broken it.
    Breaking,
    /// Who sleeps is about to be woken.
    Waking,
}

impl<const N: usize> Default for Barrier<N> {
    fn default() -> Self {
        Barrier::new()
    }
}

impl<const N: usize> Barrier<N> {
    /// One that nobody has joined.
    pub fn new() -> Self {
        const { assert!(0 < N && N <= 255, "from 1 to 255 members") };
        Barrier {
            word: AtomicU32::new(0),
            _spare: AtomicU32::new(0),
            places: array::from_fn(|_| Place {
                peer: AtomicU64::new(0),
                cpu: AtomicU32::new(0),
                _spare: AtomicU32::new(0),
            }),
        }
    }

    /// Makes the caller a member: a thread, or the main thread for one that
    /// it is going to spawn, or this process.
    ///
    /// # Errors
    ///
    /// `Taken`, and `Broken`: a member that has left in the meantime may be
    /// the reason.
    ///
    /// # Panics
    ///
    /// `number` is not below `N`.
    pub fn join(&self, number: usize) -> Result<Member<'_, N>, BarrierError> {
        const { assert!(0 < N && N <= 255, "from 1 to 255 members") };
        let place = &self.places[number].peer;
        let here = Here::now();
        let me = here.peer().word();
        loop {
            if let Some(error) = broken(self.word.load(Acquire)) {
                // Nobody is expected here any more.
                let _ = place.compare_exchange(me, 0, AcqRel, Relaxed);
                return Err(error);
            }
            let found = place.load(Acquire);
            if found == 0 || found == me {
                let joined = me | JOINED;
                if place
                    .compare_exchange(found, joined, AcqRel, Relaxed)
                    .is_ok()
                {
                    break;
                }
            } else if peer_of(found).has_ended() {
                // It may have arrived in this round. Its place is free again
                // after a reset.
                self.break_all(Why::Died, number as u32, |_| {});
            } else {
                return Err(BarrierError::Taken(number));
            }
        }
        Ok(Member {
            barrier: self,
            number,
            here,
            look: LOOK,
            spins: true,
        })
    }

    /// Says which process is going to join under this number, a child say
    /// that was just started: from now on its death is noticed, also if it
    /// dies before it has joined. Nobody is expected at a barrier that is
    /// broken: the member may have joined and left already.
    ///
    /// # Errors
    ///
    /// `Taken`: by another process. If that has ended, see
    /// [`reset`](Barrier::reset).
    ///
    /// # Panics
    ///
    /// `number` is not below `N`.
    pub fn expect(
        &self,
        number: usize,
        member: Peer,
    ) -> Result<(), BarrierError> {
        let place = &self.places[number].peer;
        let peer = member.word();
        match place.compare_exchange(0, peer, AcqRel, Acquire) {
            Err(found) if found & !JOINED != peer => {
                return Err(BarrierError::Taken(number));
            }
            _ => {}
        }
        if self.broken().is_some() {
            let _ = place.compare_exchange(peer, 0, AcqRel, Relaxed);
        }
        Ok(())
    }

    /// Why it is broken, if it is.
    pub fn broken(&self) -> Option<BarrierError> {
        broken(self.word.load(Acquire))
    }

    /// How many have arrived in this round and wait.
    pub fn waiting(&self) -> usize {
        match self.word.load(Acquire) {
            word if word & WHY == 0 => (word & COUNT) as usize,
            _ => 0,
        }
    }

    /// Breaks it: for who is not a member, a supervisor say.
    pub fn abort(&self) {
        self.break_all(Why::Aborted, NOBODY, |_| {});
    }

    /// Makes a broken barrier whole, for new members.
    ///
    /// # Errors
    ///
    /// `Taken`: an old member is still alive, and has not left.
    pub fn reset(&self) -> Result<(), BarrierError> {
        loop {
            let word = self.word.load(Acquire);
            let old = self.nobody_alive()?;
            if word & (WHY | COUNT) == 0 && old == [0; N] {
                return Ok(());
            }
            if word & WHY == 0 {
                // All have died before anybody noticed: nobody is to join
                // meanwhile.
                let _ = self.break_from(word, Why::Died, NOBODY, |_| {});
                continue;
            }
            // Else another reset was quicker, and these may be the new ones.
            if self.word.load(Acquire) == word {
                for (place, dead) in self.places.iter().zip(old) {
                    let place = &place.peer;
                    let _ = place.compare_exchange(dead, 0, AcqRel, Relaxed);
                }
                let new = (word & !(ROUND - 1)).wrapping_add(ROUND);
                // If this fails, somebody else has done it.
                let _ = self.word.compare_exchange(word, new, AcqRel, Relaxed);
            }
            return Ok(());
        }
    }

    /// Who has died, or 0, in each place.
    fn nobody_alive(&self) -> Result<[u64; N], BarrierError> {
        let old = self.places.each_ref().map(|p| p.peer.load(Acquire));
        let alive = |peer: &u64| *peer != 0 && !peer_of(*peer).has_ended();
        match old.iter().position(alive) {
            Some(number) => Err(BarrierError::Taken(number)),
            None => Ok(old),
        }
    }

    /// Breaks it, unless it is broken already: the first reason is kept.
    fn break_all(&self, why: Why, by: u32, step: impl Fn(Step)) {
        let mut word = self.word.load(Acquire);
        while word & WHY == 0 {
            match self.break_from(word, why, by, &step) {
                Ok(()) => return,
                Err(found) => word = found,
            }
        }
    }

    /// Breaks it if its word is still this one.
    fn break_from(
        &self,
        word: u32,
        why: Why,
        by: u32,
        step: impl Fn(Step),
    ) -> Result<(), u32> {
        step(Step::Breaking);
        let new = word & !(ROUND - 1) | (why as u32) << WHY_SHIFT | by;
        self.word.compare_exchange(word, new, AcqRel, Acquire)?;
        self.wake(word, step);
        Ok(())
    }

    fn wake(&self, before: u32, step: impl Fn(Step)) {
        if before & SLEEPERS != 0 {
            step(Step::Waking);
            futex::wake(&self.word, futex::ALL);
        }
    }
}

fn broken(word: u32) -> Option<BarrierError> {
    let by = match word & COUNT {
        NOBODY => None,
        number => Some(number as usize),
    };
    Why::from_word(word).map(|why| BarrierError::Broken(why, by))
}

fn peer_of(place: u64) -> Peer {
    Peer::from_word(place & !JOINED)
}

/// One of those who meet. Dropping it breaks the barrier: in a round that is
/// complete nobody minds, and no further one can be.
///
/// A copy in a forked child is refused, and its end breaks nothing: the child
/// is to join by itself.
#[derive(Debug)]
#[must_use = "dropping it breaks the barrier"]
pub struct Member<'a, const N: usize> {
    barrier: &'a Barrier<N>,
    number: usize,
    here: Here,
    pub(crate) look: Duration,
    spins: bool,
}

impl<const N: usize> Member<'_, N> {
    /// Its number.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Whether this member looks for a while before it sleeps, as it does
    /// unless told otherwise. It does not where another member was last on
    /// its CPU.
    pub fn set_spins(&mut self, spins: bool) {
        self.spins = spins;
    }

    /// Waits until all have arrived. What each did before is then visible to
    /// all of them.
    ///
    /// # Errors
    ///
    /// `Broken`: nobody comes through this round or a later one. A member
    /// that came through the last one may learn of it here. `NotYours`.
    pub fn wait(&mut self) -> Result<Turn, BarrierError> {
        self.wait_until(None)
    }

    /// As [`wait`](Member::wait), for `time` at most. The barrier is broken
    /// then, since this member will not come.
    ///
    /// # Errors
    ///
    /// As for [`wait`](Member::wait). If the time is up, `Broken` says that
    /// this member gave up, or which one has died.
    pub fn wait_timeout(
        &mut self,
        time: Duration,
    ) -> Result<Turn, BarrierError> {
        self.wait_until(Instant::now().checked_add(time))
    }

    /// As [`wait_timeout`](Member::wait_timeout), until the deadline.
    ///
    /// # Errors
    ///
    /// As for [`wait_timeout`](Member::wait_timeout).
    pub fn wait_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Turn, BarrierError> {
        self.wait_stepping(deadline, |_| {})
    }

    /// Breaks the barrier: this member has found out that the work is in
    /// vain.
    pub fn abort(&self) {
        if self.here.is_here() {
            let by = self.number as u32;
            self.barrier.break_all(Why::Aborted, by, |_| {});
        }
    }

    // ANCHOR: wait
    #[inline]
    pub(crate) fn wait_stepping(
        &mut self,
        deadline: Option<Instant>,
        step: impl Fn(Step),
    ) -> Result<Turn, BarrierError> {
        if !self.here.is_here() {
            return Err(BarrierError::NotYours);
        }
        let barrier = self.barrier;
        step(Step::Arriving);
        let mut word = barrier.word.load(Relaxed);
        let turn = loop {
            if let Some(error) = broken(word) {
                return Err(error);
            }
            let index = (word & COUNT) as usize;
            let is_leader = index + 1 == N;
            let new = match is_leader {
                // The count starts anew, and the round is another one.
                true => (word & !(ROUND - 1)).wrapping_add(ROUND),
                false => word + 1,
            };
            match barrier.word.compare_exchange(word, new, AcqRel, Acquire) {
                Ok(_) => break Turn { index, is_leader },
                Err(found) => word = found,
            }
        };
        step(Step::Arrived);
        if turn.is_leader {
            if word & SLEEPERS != 0 {
                // Who slept may learn that it need not look before.
                spin::tell(&barrier.places[self.number].cpu);
            }
            barrier.wake(word, step);
            return Ok(turn);
        }
        // The round, and not the count, tells whether it is over: by now the
        // others may have arrived in the next one.
        let round = word / ROUND;
        let over = |word: u32| match word / ROUND != round {
            true => Some(Ok(turn)),
            false => broken(word).map(Err),
        };
        if deadline.is_none_or(|deadline| deadline > Instant::now()) {
            for _ in 0..self.looks() {
                if let Some(end) = over(barrier.word.load(Acquire)) {
                    return end;
                }
                hint::spin_loop();
            }
        }
        self.sleep(over, deadline, step)
    }

    #[cold]
    fn sleep(
        &self,
        over: impl Fn(u32) -> Option<Result<Turn, BarrierError>>,
        deadline: Option<Instant>,
        step: impl Fn(Step),
    ) -> Result<Turn, BarrierError> {
        let barrier = self.barrier;
        // Not anew with each turn: arrivals end a sleep, and signals.
        let came = Instant::now();
        let mut next_look = came + self.look;
        let mut came = Some(came);
        loop {
            let word = barrier.word.load(Acquire);
            if let Some(end) = over(word) {
                return end;
            }
            let now = came.take().unwrap_or_else(Instant::now);
            let late = deadline.is_some_and(|deadline| deadline <= now);
            if late || now >= next_look {
                if let Some(dead) = self.dead() {
                    // If the word has changed, it is to be tried again.
                    let _ = barrier.break_from(word, Why::Died, dead, &step);
                    continue;
                }
                next_look = now + self.look;
            }
            if late {
                // If the word has changed, the round may be complete.
                let by = self.number as u32;
                let _ = barrier.break_from(word, Why::GaveUp, by, &step);
                continue;
            }
            let asleep = word | SLEEPERS;
            let exchange = |new| {
                barrier.word.compare_exchange(word, new, Relaxed, Relaxed)
            };
            if word != asleep && exchange(asleep).is_err() {
                continue;
            }
            step(Step::Sleeping);
            let until = deadline.map_or(next_look, |d| d.min(next_look));
            futex::wait(&barrier.word, asleep, Some(until));
        }
    }
    // ANCHOR_END: wait

    /// How often to look before sleeping: not at all if another member was
    /// last on this CPU, which may have to arrive there.
    #[inline]
    fn looks(&self) -> u32 {
        if !self.spins {
            return 0;
        }
        let places = &self.barrier.places;
        let own = &places[self.number].cpu;
        let others = (0..N).filter(|other| *other != self.number);
        let looks = others.map(|other| spin::looks(own, &places[other].cpu));
        looks.min().unwrap_or(0)
    }

    /// A member whose process has ended. Its arrival in this round may be
    /// counted, but the next one cannot be complete.
    fn dead(&self) -> Option<u32> {
        let own = self.here.peer().word();
        let dead = |place: &Place| {
            let peer = place.peer.load(Acquire) & !JOINED;
            peer != 0 && peer != own && Peer::from_word(peer).has_ended()
        };
        let number = self.barrier.places.iter().position(dead)?;
        Some(number as u32)
    }
}

impl<const N: usize> Drop for Member<'_, N> {
    fn drop(&mut self) {
        if !self.here.is_here() {
            return;
        }
        let why = match thread::panicking() {
            true => Why::Panicked,
            false => Why::Left,
        };
        self.barrier.break_all(why, self.number as u32, |_| {});
        // Last: a reset waits for this.
        self.barrier.places[self.number].peer.store(0, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::{Barrier, BarrierError, Step, Why};
    use ch04_ipc::peer::Peer;
    use std::cell::Cell;
    use std::process::Command;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::thread;
    use std::time::Duration;

    const LIMIT: Duration = Duration::from_secs(10);

    fn broken(why: Why, by: usize) -> BarrierError {
        BarrierError::Broken(why, Some(by))
    }

    #[test]
    fn nobody_is_a_round_ahead() {
        let barrier = Barrier::<3>::new();
        let done: [_; 3] = std::array::from_fn(|_| AtomicUsize::new(0));
        let [indices, leaders] = [(); 2].map(|()| AtomicUsize::new(0));
        let members = [0, 1, 2].map(|i| barrier.join(i).unwrap());
        thread::scope(|scope| {
            for mut member in members {
                let (done, indices, leaders) = (&done, &indices, &leaders);
                scope.spawn(move || {
                    for round in 1..=500 {
                        done[member.number()].store(round, Relaxed);
                        let turn = member.wait().unwrap();
                        for other in done {
                            let other = other.load(Relaxed);
                            assert!((round..=round + 1).contains(&other));
                        }
                        indices.fetch_add(turn.index, Relaxed);
                        leaders.fetch_add(turn.is_leader.into(), Relaxed);
                    }
                });
            }
        });
        assert_eq!(indices.into_inner(), 500 * 3);
        assert_eq!(leaders.into_inner(), 500);
    }

    #[test]
    fn one_alone_meets_itself() {
        let barrier = Barrier::<1>::new();
        let mut member = barrier.join(0).unwrap();
        for _ in 0..3 {
            let turn = member.wait_timeout(Duration::ZERO).unwrap();
            assert!(turn.is_leader && turn.index == 0);
        }
    }

    #[test]
    fn who_gives_up_breaks_it_for_all() {
        for time in [Duration::ZERO, Duration::from_millis(1)] {
            let barrier = Barrier::<3>::new();
            let [mut one, mut other, _late] =
                [0, 1, 2].map(|i| barrier.join(i).unwrap());
            thread::scope(|scope| {
                let waiter = scope.spawn(move || {
                    let end = one.wait_timeout(Duration::MAX);
                    assert_eq!(end, Err(broken(Why::GaveUp, 1)));
                    one.wait()
                });
                let end = other.wait_timeout(time);
                assert_eq!(end, Err(broken(Why::GaveUp, 1)));
                let end = waiter.join().unwrap();
                assert_eq!(end, Err(broken(Why::GaveUp, 1)));
            });
        }
    }

    #[test]
    fn the_first_reason_is_kept() {
        let barrier = Barrier::<2>::new();
        let [one, mut other] = [0, 1].map(|i| barrier.join(i).unwrap());
        assert_eq!(barrier.join(1).err(), Some(BarrierError::Taken(1)));
        one.abort();
        barrier.abort();
        drop(one);
        assert_eq!(other.wait(), Err(broken(Why::Aborted, 0)));
        assert_eq!(barrier.reset(), Err(BarrierError::Taken(1)));
        drop(other);
        assert_eq!(barrier.join(0).err(), Some(broken(Why::Aborted, 0)));
        barrier.reset().unwrap();
        barrier.reset().unwrap();
        let again = [0, 1].map(|i| barrier.join(i).unwrap());
        assert_eq!(barrier.broken(), None);
        drop(again);
        assert_eq!(barrier.broken(), Some(broken(Why::Left, 0)));
        assert_eq!(barrier.waiting(), 0);
    }

    #[test]
    fn a_panic_is_told() {
        let barrier = Barrier::<2>::new();
        let [mut one, other] = [0, 1].map(|i| barrier.join(i).unwrap());
        thread::scope(|scope| {
            let panics = scope.spawn(move || {
                let _other = other;
                std::panic::resume_unwind(Box::new(()));
            });
            let end = one.wait_timeout(LIMIT);
            assert_eq!(end, Err(broken(Why::Panicked, 1)));
            assert!(panics.join().is_err());
        });
    }

    #[test]
    fn one_that_dies_before_it_joins_is_told() {
        let barrier = Barrier::<2>::new();
        let mut one = barrier.join(0).unwrap();
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let peer = Peer::of(child.id()).unwrap();
        barrier.expect(1, peer).unwrap();
        barrier.expect(1, peer).unwrap();
        let own = Peer::own().unwrap();
        assert_eq!(barrier.expect(1, own), Err(BarrierError::Taken(1)));
        assert_eq!(barrier.join(1).err(), Some(BarrierError::Taken(1)));
        child.kill().unwrap();
        let end = one.wait_timeout(LIMIT);
        assert_eq!(end, Err(broken(Why::Died, 1)));
        child.wait().unwrap();
        drop(one);
        barrier.reset().unwrap();
        assert!(barrier.join(1).is_ok());
    }

    #[test]
    fn a_late_joiner_finds_the_dead() {
        let barrier = Barrier::<2>::new();
        let mut child = Command::new("true").spawn().unwrap();
        barrier.expect(1, Peer::of(child.id()).unwrap()).unwrap();
        child.wait().unwrap();
        assert_eq!(barrier.join(1).err(), Some(broken(Why::Died, 1)));
        assert!(barrier.join(0).is_err());
    }

    #[test]
    fn a_short_deadline_blames_the_dead() {
        for time in [Duration::ZERO, Duration::from_millis(1)] {
            let barrier = Barrier::<2>::new();
            let mut one = barrier.join(0).unwrap();
            let mut child = Command::new("true").spawn().unwrap();
            barrier.expect(1, Peer::of(child.id()).unwrap()).unwrap();
            child.wait().unwrap();
            assert_eq!(one.wait_timeout(time), Err(broken(Why::Died, 1)));
        }
    }

    #[test]
    fn an_arrival_does_not_put_off_a_death() {
        let barrier = Barrier::<3>::new();
        let mut one = barrier.join(0).unwrap();
        one.look = Duration::from_millis(1);
        let mut child = Command::new("true").spawn().unwrap();
        barrier.expect(1, Peer::of(child.id()).unwrap()).unwrap();
        child.wait().unwrap();
        let tries = Cell::new(0);
        let end = one.wait_stepping(None, |step| match step {
            Step::Breaking => {
                tries.set(tries.get() + 1);
                if tries.get() == 1 {
                    // The third arrives.
                    barrier.word.fetch_add(1, Relaxed);
                }
            }
            Step::Sleeping => assert_eq!(tries.get(), 0, "it sleeps again"),
            _ => {}
        });
        assert_eq!(end, Err(broken(Why::Died, 1)));
        assert_eq!(tries.get(), 2);
    }

    #[test]
    fn one_that_has_left_is_not_expected() {
        let barrier = Barrier::<2>::new();
        drop(barrier.join(1).unwrap());
        let own = Peer::own().unwrap();
        barrier.expect(1, own).unwrap();
        barrier.reset().unwrap();
    }
}
