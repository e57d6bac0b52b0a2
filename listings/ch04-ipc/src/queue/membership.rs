//! The processes that use a queue, by number. A child is one of them from its
//! fork on, before it has put or got anything: a waiter that looks whether
//! anybody is left has to know of it.

use crate::peer::Peer;
use crate::slots::{Members, Slots, Step};
use ch03_processes::shareable;
use ch03_processes::shared::SharedSlice;
use std::io;
use std::process;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicI32, AtomicPtr, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};
use std::thread;
use std::time::Duration;

shareable! {
    /// One that uses the queue; on cache lines of its own.
    struct Member {
        /// A [`Peer`]; 0: the place is free. In the first entry: how many
        /// have ever been members.
        peer: AtomicU64,
        /// Tasks that it got and has not done. In the first entry: those of
        /// members that are gone.
        open: AtomicU64,
        /// In the first entry: how many forks members have begun, and how
        /// many children came of them.
        forks: AtomicU64,
        arrived: AtomicU64,
        _rest: [AtomicU64; 12],
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
}

/// In `place`: the member is known by its pid alone so far.
const NEW: u64 = 1 << 15;

impl Membership {
    /// No members yet.
    pub fn new() -> io::Result<Arc<Membership>> {
        watch_forks()?;
        let membership = Arc::new(Membership {
            members: SharedSlice::new(PLACES)?,
            place: AtomicU64::new(0),
        });
        let pointer = Arc::as_ptr(&membership).cast_mut();
        // With more queues than that, the children learn of it when they use
        // one.
        for here in &HERE {
            let null = ptr::null_mut();
            if here
                .compare_exchange(null, pointer, SeqCst, Relaxed)
                .is_ok()
            {
                break;
            }
        }
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
    pub fn enter<M: Members>(&self, slots: Slots<'_, M>) -> io::Result<u16> {
        let own = Peer::own()?.word();
        let place = self.place.load(Relaxed);
        if place >> 16 == u64::from(generation()) && place & NEW != 0 {
            // Since its fork.
            let number = place as u16 ^ NEW as u16;
            let entry = &self.members[usize::from(number)];
            entry.peer.store(own, Release);
            self.settle_in(number, 0);
            return Ok(number);
        }
        // Two threads that come here at once take two places, and the process
        // goes on with either.
        let reuse = |number: u16| {
            let member = &self.members[usize::from(number)];
            let old = member.peer.load(Acquire);
            // A slot that has the dead member's number in it would pass for a
            // claim of this process.
            if !Peer::from_word(old).has_ended() || slots.has_claim(number) {
                return false;
            }
            self.bequeath(member);
            self.take_place(number, old, own)
        };
        let mut numbers = 1..PLACES as u16;
        let number = self
            .take_free_place(own)
            .or_else(|| numbers.find(|number| reuse(*number)))
            .ok_or_else(|| io::Error::other("255 processes use the queue"))?;
        self.settle_in(number, 0);
        Ok(number)
    }

    /// What a new child does, in the handler of its fork: no memory is
    /// allocated, and no lock taken.
    fn enter_forked(&self) {
        // Last, so that it is always known in one way or the other.
        let arrived = || self.members[0].arrived.fetch_add(1, Release);
        let pid = Peer::by_pid(process::id()).word();
        if let Some(number) = self.take_free_place(pid) {
            self.settle_in(number, NEW);
        }
        arrived();
    }

    fn take_free_place(&self, peer: u64) -> Option<u16> {
        let mut numbers = 1..PLACES as u16;
        numbers.find(|number| self.take_place(*number, 0, peer))
    }

    fn take_place(&self, number: u16, old: u64, peer: u64) -> bool {
        let entry = &self.members[usize::from(number)].peer;
        entry.load(Relaxed) == old
            && entry.compare_exchange(old, peer, AcqRel, Relaxed).is_ok()
            && {
                self.members[0].peer.fetch_add(1, Relaxed);
                true
            }
    }

    fn settle_in(&self, number: u16, new: u64) {
        let place = u64::from(generation()) << 16 | u64::from(number) | new;
        self.place.store(place, Relaxed);
    }

    /// Remembers the tasks of a member that is gone.
    fn bequeath(&self, member: &Member) {
        // Killed in between, this counts them twice: what is asked is whether
        // there are any.
        let open = member.open.load(Relaxed);
        self.members[0].open.fetch_add(open, Relaxed);
        member.open.store(0, Relaxed);
    }

    /// Ends this process's membership, if it is one and has no claim. What is
    /// found in a copy of a parent's memory is not this process's to end.
    pub fn leave<M: Members>(&self, slots: Slots<'_, M>) {
        let place = self.place();
        if place != 0 && !slots.has_claim(place) {
            let own = &self.members[usize::from(place)];
            self.bequeath(own);
            own.peer.store(0, Release);
        }
        let pointer = ptr::from_ref(self).cast_mut();
        for here in &HERE {
            let null = ptr::null_mut();
            let _ = here.compare_exchange(pointer, null, SeqCst, Relaxed);
        }
        // Another thread may be about to fork, and have found it there.
        while VISITORS.load(SeqCst) != 0 {
            thread::yield_now();
        }
    }

    /// This process has done one of the tasks that it got.
    pub fn task_done(&self, member: u16) {
        let open = &self.members[usize::from(member)].open;
        let less = |open: u64| open.checked_sub(1);
        let _ = open.fetch_update(Relaxed, Relaxed, less);
    }

    /// Has a member died that had got a task, or was getting one?
    pub fn has_lost_tasks<M: Members>(&self, slots: Slots<'_, M>) -> bool {
        let has_lost = |number: u16| {
            let member = &self.members[usize::from(number)];
            let peer = member.peer.load(Acquire);
            let tasks = member.open.load(Relaxed) > 0;
            peer != 0
                && (tasks || slots.has_claim(number))
                && Peer::from_word(peer).has_ended()
        };
        self.members[0].open.load(Relaxed) > 0
            || (1..PLACES as u16).any(has_lost)
    }

    /// The members, as seen by number `me`.
    #[inline]
    pub fn seen_by(&self, me: u16) -> Present<'_> {
        let membership = self;
        Present { membership, me }
    }
}

/// The members, as seen by one of them.
#[derive(Clone, Copy)]
pub struct Present<'a> {
    membership: &'a Membership,
    me: u16,
}

impl Present<'_> {
    fn member(&self, number: u16) -> Option<&Member> {
        self.membership.members.get(usize::from(number))
    }

    fn lives(&self, number: u16) -> bool {
        let member = self.member(number);
        let peer = member.map_or(0, |member| member.peer.load(Acquire));
        peer != 0 && !Peer::from_word(peer).has_ended()
    }
}

impl Members for Present<'_> {
    #[inline]
    fn me(&self) -> u16 {
        self.me
    }

    fn is_dead(&self, member: u16) -> bool {
        // Its peer is read after the claim was seen: whoever takes over a
        // dead member's number does so before a claim of its own.
        member != self.me && !self.lives(member)
    }

    fn is_alone(&self, waited: Duration) -> bool {
        let first = &self.membership.members[0];
        let arrived = first.arrived.load(Acquire);
        if first.forks.load(Acquire) != arrived && waited < BIRTH {
            return false;
        }
        let mut others = (1..PLACES as u16).filter(|n| *n != self.me);
        first.peer.load(Relaxed) > 1 && !others.any(|n| self.lives(n))
    }

    #[inline]
    fn took(&self) {
        self.lost(self.me);
    }

    #[inline]
    fn lost(&self, member: u16) {
        if let Some(member) = self.member(member) {
            member.open.fetch_add(1, Relaxed);
        }
    }

    #[inline]
    fn step(&self, step: Step) {
        super::strike::at(step);
    }
}

/// How many forks led to this process from the one that made its first queue:
/// a child's number is not its parent's. One load, where getpid(2) is a
/// system call.
#[inline]
fn generation() -> u32 {
    FORKS.load(Relaxed)
}

static FORKS: AtomicU32 = AtomicU32::new(0);

/// The memberships of the queues that this process has, until they
/// [`leave`](Membership::leave).
static HERE: [AtomicPtr<Membership>; 64] =
    [const { AtomicPtr::new(ptr::null_mut()) }; 64];

/// Has each fork of this process call [`forking`] and its children
/// [`forked`]. One that is made by a `clone` system call of one's own does
/// not.
fn watch_forks() -> io::Result<()> {
    /// What the C library answered; -1: it was not asked.
    static WATCHED: AtomicI32 = AtomicI32::new(-1);
    if WATCHED.load(Relaxed) != 0 {
        // Should two threads come here, a child counts by two.
        //
        // SAFETY: the handlers are functions of this program, which is never
        // unloaded.
        let error =
            unsafe { libc::pthread_atfork(Some(forking), None, Some(forked)) };
        WATCHED.store(error, Relaxed);
        if error != 0 {
            return Err(io::Error::from_raw_os_error(error));
        }
    }
    Ok(())
}

/// In a child, before fork(2) returns there: what it does is
/// async-signal-safe.
extern "C" fn forked() {
    FORKS.fetch_add(1, Relaxed);
    // Those are threads of the parent.
    VISITORS.store(0, SeqCst);
    for_all(Membership::enter_forked);
}

/// In a process that is about to fork.
extern "C" fn forking() {
    for_all(|membership| {
        membership.members[0].forks.fetch_add(1, Release);
    });
}

/// How many threads are in [`for_all`].
static VISITORS: AtomicU32 = AtomicU32::new(0);

fn for_all(f: impl Fn(&Membership)) {
    // SeqCst, here and in `leave`: either that sees this visitor and waits,
    // or this finds the pointer gone.
    VISITORS.fetch_add(1, SeqCst);
    for here in &HERE {
        let membership = here.load(SeqCst);
        // SAFETY: it is null, or a membership that has not been dropped: the
        // queue that owns it calls `leave` first, and that waits for all
        // visitors who found it.
        if let Some(membership) = unsafe { membership.as_ref() } {
            f(membership);
        }
    }
    VISITORS.fetch_sub(1, SeqCst);
}
