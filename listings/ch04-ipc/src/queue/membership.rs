//! The processes that use a queue, by number. A child is one of them from its
//! fork on, before it has put or got anything: a waiter that looks whether
//! anybody is left has to know of it.

use super::forks::{self, generation};
use super::name;
use crate::peer::Peer;
use crate::slots::{Members, Shape, Step};
use ch03_processes::shareable;
use ch03_processes::shared::SharedSlice;
use nix::time::ClockId;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::time::Duration;

shareable! {
    /// One that uses the queue; on cache lines of its own.
    struct Member {
        /// A [`Peer`]; 0: the place is free. In the first entry: how many
        /// have ever been members.
        peer: AtomicU64,
        /// Tasks that it got and has not done, and in the upper half those
        /// that it is reporting. In the first entry: those of members that
        /// are gone.
        open: AtomicU64,
        /// In the first entry: how many forks members have begun, and how
        /// many children came of them.
        forks: AtomicU64,
        arrived: AtomicU64,
        /// In the first entry: when the last fork began, by [`now`].
        forked_at: AtomicU64,
        _rest: [AtomicU64; 11],
    }
}

/// The members that there can be, and one.
const PLACES: usize = 256;

/// How long a child may take from its fork to its first step, on a machine
/// that has other things to do; and how long a fork that failed, or a child
/// that was killed before that step, is taken for one that is to come.
const BIRTH: Duration = Duration::from_secs(5);

/// The members of one queue, and which of them this process is.
pub struct Membership {
    members: SharedSlice<Member>,
    /// This process's number, and which process that is: see
    /// [`generation`]. A forked child finds its parent's.
    place: AtomicU64,
    /// The queue's slots, in which a member's claims stand.
    pub words: SharedSlice<AtomicU64>,
    /// Their sizes.
    pub shape: Shape,
}

/// In `place`: the member is known by its pid alone so far.
const NEW: u64 = 1 << 15;

/// In `open`: a task that is being reported.
const REPORTED: u64 = 1 << 32;

impl Membership {
    /// No members yet.
    pub fn new(
        words: SharedSlice<AtomicU64>,
        shape: Shape,
    ) -> io::Result<Arc<Membership>> {
        forks::watch()?;
        let membership = Arc::new(Membership {
            members: SharedSlice::new(PLACES)?,
            place: AtomicU64::new(0),
            words,
            shape,
        });
        forks::tell(&membership);
        Ok(membership)
    }

    /// This process's number; 0 if it has none yet.
    #[inline]
    pub fn place(&self) -> u16 {
        let place = self.place.load(Relaxed);
        let own = place >> 16 == u64::from(generation()) && place & NEW == 0;
        if own { place as u16 } else { 0 }
    }

    /// Makes this process a member.
    #[cold]
    pub fn enter(&self) -> io::Result<u16> {
        let own = Peer::own()?.word();
        let found = self.place.load(Relaxed);
        if self.place() != 0 {
            // Another thread was quicker; below it may still be.
            return Ok(self.place());
        }
        if found >> 16 == u64::from(generation()) && found & NEW != 0 {
            // Since its fork.
            let number = (found ^ NEW) as u16;
            self.entry(number).peer.store(own, Release);
            self.place.store(found ^ NEW, Relaxed);
            return Ok(number);
        }
        let number = self
            .take_free_place(own)
            .or_else(|| self.numbers().find(|n| self.inherit(*n, own)))
            .ok_or_else(|| io::Error::other("255 processes use the queue"))?;
        let place = u64::from(generation()) << 16 | u64::from(number);
        match self.place.compare_exchange(found, place, Relaxed, Relaxed) {
            Ok(_) => Ok(number),
            Err(now) => {
                self.give_back(number);
                Ok((now & !NEW) as u16)
            }
        }
    }

    /// In a process that is about to fork: the child is to be expected, and
    /// to find a place.
    pub fn begin_fork(&self) {
        let first = self.entry(0);
        first.forked_at.store(now(), Relaxed);
        first.forks.fetch_add(1, Release);
        let is_free = |n| self.entry(n).peer.load(Relaxed) == 0;
        if !self.numbers().any(is_free)
            && let Some(own) = name::own()
        {
            self.numbers()
                .filter(|number| self.inherit(*number, own.word()))
                .for_each(|number| self.give_back(number));
        }
    }

    /// What a new child does, in the handler of its fork: no memory is
    /// allocated, and no lock taken.
    pub fn enter_forked(&self, own: Option<Peer>) {
        let new = if own.is_some() { 0 } else { NEW };
        let own = own.unwrap_or_else(|| Peer::by_pid(process::id()));
        if let Some(number) = self.take_free_place(own.word()) {
            let place = u64::from(generation()) << 16 | u64::from(number);
            self.place.store(place | new, Relaxed);
        }
        // Last, so that it is always known in one way or the other.
        self.entry(0).arrived.fetch_add(1, Release);
    }

    fn numbers(&self) -> std::ops::Range<u16> {
        1..PLACES as u16
    }

    fn entry(&self, number: u16) -> &Member {
        &self.members[usize::from(number)]
    }

    fn take_free_place(&self, peer: u64) -> Option<u16> {
        self.numbers().find(|n| self.take_place(*n, 0, peer))
    }

    fn take_place(&self, number: u16, old: u64, peer: u64) -> bool {
        let entry = &self.entry(number).peer;
        entry.load(Relaxed) == old
            && entry.compare_exchange(old, peer, AcqRel, Relaxed).is_ok()
            && {
                self.entry(0).peer.fetch_add(1, Relaxed);
                true
            }
    }

    /// Takes a dead member's place, unless a slot has its number in it: that
    /// would pass for a claim of this process.
    fn inherit(&self, number: u16, own: u64) -> bool {
        let old = self.entry(number).peer.load(Acquire);
        old != 0
            && Peer::from_word(old).has_ended()
            && !self.has_claim(number)
            && self.succeed(number, old, own)
    }

    /// Its tasks are remembered after the place was won: until then they may
    /// be those of another successor.
    fn succeed(&self, number: u16, old: u64, own: u64) -> bool {
        let won = self.take_place(number, old, own);
        if won {
            self.bequeath(self.entry(number));
        }
        won
    }

    /// A place that was taken, and not used.
    fn give_back(&self, number: u16) {
        self.entry(0).peer.fetch_sub(1, Relaxed);
        self.entry(number).peer.store(0, Release);
    }

    fn has_claim(&self, number: u16) -> bool {
        self.shape.has_claim(&self.words, number)
    }

    /// Remembers the tasks of a member that is gone.
    fn bequeath(&self, member: &Member) {
        // Killed in between, this counts them twice: what is asked is whether
        // there are any.
        let open = member.open.load(Relaxed);
        self.entry(0).open.fetch_add(open, Relaxed);
        member.open.store(0, Relaxed);
    }

    /// Ends this process's membership, if it is one and has no claim. What is
    /// found in a copy of a parent's memory is not this process's to end.
    pub fn leave(&self) {
        let place = self.place();
        if place != 0 && !self.has_claim(place) {
            let own = self.entry(place);
            self.bequeath(own);
            own.peer.store(0, Release);
        }
        forks::forget(self);
    }

    /// This process is about to report one of the tasks that it got, if it
    /// has one. Killed from here on to [`has_reported`](Self::has_reported),
    /// it is a member that had a task.
    pub fn report(&self, member: u16) -> bool {
        let moved = |open: u64| match open % REPORTED {
            0 => None,
            _ => Some(open - 1 + REPORTED),
        };
        let open = &self.entry(member).open;
        open.fetch_update(Relaxed, Relaxed, moved).is_ok()
    }

    /// It has reported that task.
    pub fn has_reported(&self, member: u16) {
        self.entry(member).open.fetch_sub(REPORTED, Relaxed);
    }

    /// Has a member died that had got a task, or was getting one?
    pub fn has_lost_tasks(&self) -> bool {
        let has_lost = |number: u16| {
            let member = self.entry(number);
            let peer = member.peer.load(Acquire);
            let tasks = member.open.load(Relaxed) > 0;
            peer != 0
                && (tasks || self.has_claim(number))
                && Peer::from_word(peer).has_ended()
        };
        self.entry(0).open.load(Relaxed) > 0 || self.numbers().any(has_lost)
    }

    /// The members, as seen by number `me`.
    #[inline]
    pub fn seen_by(&self, me: u16) -> Present<'_> {
        let membership = self;
        Present { membership, me }
    }

    fn lives(&self, number: u16) -> bool {
        let member = self.members.get(usize::from(number));
        let peer = member.map_or(0, |member| member.peer.load(Acquire));
        peer != 0 && !Peer::from_word(peer).has_ended()
    }

    /// Have there been other processes, of which none is left, nor to come?
    /// `lives` looks at one of them.
    fn others_are_gone(&self, me: u16, lives: impl Fn(u16) -> bool) -> bool {
        let first = self.entry(0);
        let arrived = first.arrived.load(Acquire);
        let forks = first.forks.load(Acquire);
        let since = now().saturating_sub(first.forked_at.load(Relaxed));
        if forks != arrived && Duration::from_millis(since) < BIRTH {
            return false;
        }
        let mut others = self.numbers().filter(|n| *n != me);
        first.peer.load(Relaxed) > 1
            && !others.any(lives)
            // One that was seen dead may have forked in time: its child takes
            // a place later, or took one that had been looked at.
            && first.forks.load(Acquire) == forks
    }
}

/// Milliseconds on a clock that all processes share.
fn now() -> u64 {
    let time = ClockId::CLOCK_MONOTONIC.now().map(Duration::from);
    time.map_or(0, |time| time.as_millis() as u64)
}

/// Has this process more than the one thread that asks? Each of the others
/// might use the queue. Asked without a descriptor: none may be free.
fn has_threads() -> bool {
    let threads = fs::metadata("/proc/self/task");
    // Of a directory, the links are its folders, and two.
    !threads.is_ok_and(|threads| threads.nlink() <= 3)
}

/// The members, as seen by one of them.
#[derive(Clone, Copy)]
pub struct Present<'a> {
    membership: &'a Membership,
    me: u16,
}

impl Members for Present<'_> {
    #[inline]
    fn me(&self) -> u16 {
        self.me
    }

    fn is_dead(&self, member: u16) -> bool {
        // Its peer is read after the claim was seen: whoever takes over a
        // dead member's number does so before a claim of its own.
        member != self.me && !self.membership.lives(member)
    }

    fn is_alone(&self) -> bool {
        let lives = |number| self.membership.lives(number);
        self.membership.others_are_gone(self.me, lives) && !has_threads()
    }

    #[inline]
    fn took(&self) {
        self.lost(self.me);
    }

    #[inline]
    fn lost(&self, member: u16) {
        if let Some(member) = self.membership.members.get(usize::from(member)) {
            member.open.fetch_add(1, Relaxed);
        }
    }

    #[inline]
    fn step(&self, step: Step) {
        super::strike::at(step);
    }
}

#[cfg(test)]
mod tests {
    use super::{BIRTH, Membership, now};
    use crate::peer::Peer;
    use crate::slots::Shape;
    use ch03_processes::shared::SharedSlice;
    use std::process::Command;
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::{Arc, Barrier};
    use std::thread;

    fn membership() -> Arc<Membership> {
        let shape = Shape::new(1, 8, 0).unwrap();
        let words = SharedSlice::new(shape.words().unwrap()).unwrap();
        Membership::new(words, shape).unwrap()
    }

    /// The name of a process that has ended.
    fn ended() -> u64 {
        let mut child = Command::new("true").spawn().unwrap();
        let peer = Peer::of(child.id()).unwrap();
        child.wait().unwrap();
        peer.word()
    }

    #[test]
    fn threads_that_enter_at_once_are_one_member() {
        for _ in 0..100 {
            let members = membership();
            let all = Barrier::new(4);
            let enter = || {
                all.wait();
                members.enter().unwrap()
            };
            let numbers = thread::scope(|scope| {
                [(); 4]
                    .map(|()| scope.spawn(enter))
                    .map(|thread| thread.join().unwrap())
            });
            assert_eq!(numbers, [members.place(); 4]);
            assert_eq!(members.entry(0).peer.load(Relaxed), 1);
            members.leave();
        }
    }

    #[test]
    fn a_child_is_known_by_more_than_its_pid() {
        let members = membership();
        members.enter_forked(super::name::own());
        let peer = members.entry(members.place()).peer.load(Relaxed);
        assert_eq!(peer, Peer::own().unwrap().word());
        members.leave();
    }

    #[test]
    fn a_child_finds_the_place_of_a_dead_one() {
        let members = membership();
        let me = members.enter().unwrap();
        let dead = ended();
        while members.take_free_place(dead).is_some() {}
        members.begin_fork();
        let is_free = |n| members.entry(n).peer.load(Relaxed) == 0;
        assert!(members.numbers().all(|n| is_free(n) != (n == me)));
        members.leave();
    }

    #[test]
    fn a_fork_that_failed_is_waited_for_once() {
        let members = membership();
        let me = members.enter().unwrap();
        members.take_free_place(ended()).unwrap();
        let are_gone = || members.others_are_gone(me, |n| members.lives(n));
        assert!(are_gone());
        members.begin_fork();
        assert!(!are_gone(), "one may be to come");
        let past = now() - BIRTH.as_millis() as u64;
        members.entry(0).forked_at.store(past, Relaxed);
        assert!(are_gone());
        members.leave();
    }

    #[test]
    fn a_child_of_a_dead_one_is_to_come() {
        let members = membership();
        let me = members.enter().unwrap();
        let other = members.take_free_place(ended()).unwrap();
        // It forks, and is dead when it is looked at.
        let lives = |number| {
            if number == other {
                members.begin_fork();
            }
            members.lives(number)
        };
        assert!(!members.others_are_gone(me, lives));
        members.leave();
    }

    #[test]
    fn who_comes_second_touches_no_task_of_the_first() {
        let members = membership();
        let (dead, own) = (ended(), Peer::own().unwrap().word());
        let number = members.take_free_place(dead).unwrap();
        // Both have seen the dead one; the first goes on, and gets a task.
        assert!(members.succeed(number, dead, own));
        members.entry(number).open.fetch_add(1, Relaxed);
        assert!(!members.succeed(number, dead, own + 1));
        assert_eq!(members.entry(number).open.load(Relaxed), 1);
        assert!(!members.has_lost_tasks());
        members.leave();
    }
}
