//! Seeing that this process forks, for the queues that it has.

use super::membership::Membership;
use super::name;
use std::io;
use std::iter;
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{
    AtomicI32, AtomicPtr, AtomicU32,
    Ordering::{Relaxed, SeqCst},
};
use std::thread;

/// How many forks led to this process from the one that made its first queue:
/// a child's number is not its parent's. One load, where getpid(2) is a
/// system call.
#[inline]
pub fn generation() -> u32 {
    FORKS.load(Relaxed)
}

static FORKS: AtomicU32 = AtomicU32::new(0);

/// Has each fork of this process tell the queues, and its children too. One
/// that is made by a `clone` system call of one's own does not.
pub fn watch() -> io::Result<()> {
    /// What the C library answered.
    static ANSWER: AtomicI32 = AtomicI32::new(0);
    // By one thread: registered twice, a child would take two places.
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // SAFETY: the handlers are functions of this program, which is never
        // unloaded.
        let error =
            unsafe { libc::pthread_atfork(Some(forking), None, Some(forked)) };
        ANSWER.store(error, Relaxed);
    });
    match ANSWER.load(Relaxed) {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// In a process that is about to fork.
extern "C" fn forking() {
    for_all(Membership::begin_fork);
}

/// In a child, before fork(2) returns there: what it does is
/// async-signal-safe.
extern "C" fn forked() {
    FORKS.fetch_add(1, Relaxed);
    // Those are threads of the parent.
    VISITORS.store(0, SeqCst);
    let own = name::own();
    for_all(|membership| membership.enter_forked(own));
}

/// Where a membership stands that is to hear of forks. Seats are used again,
/// and never freed: there are as many as there have been queues at a time.
struct Seat {
    membership: AtomicPtr<Membership>,
    next: Option<&'static Seat>,
}

/// The first of them.
static SEATS: AtomicPtr<Seat> = AtomicPtr::new(ptr::null_mut());

/// How many threads are in [`for_all`].
static VISITORS: AtomicU32 = AtomicU32::new(0);

fn seats() -> impl Iterator<Item = &'static Seat> {
    // SAFETY: it is null, or a seat that was leaked.
    let first: Option<&'static Seat> = unsafe { SEATS.load(SeqCst).as_ref() };
    iter::successors(first, |seat| seat.next)
}

/// Tells it of forks from now on, until [`forget`].
pub fn tell(membership: &Membership) {
    let pointer = ptr::from_ref(membership).cast_mut();
    let null = ptr::null_mut();
    let takes = |seat: &Seat| {
        let free = &seat.membership;
        free.compare_exchange(null, pointer, SeqCst, Relaxed)
            .is_ok()
    };
    if seats().any(takes) {
        return;
    }
    let seat = Box::leak(Box::new(Seat {
        membership: AtomicPtr::new(pointer),
        next: None,
    }));
    let mut first = SEATS.load(SeqCst);
    loop {
        // SAFETY: as in `seats`.
        seat.next = unsafe { first.as_ref() };
        let new = ptr::from_mut(seat);
        match SEATS.compare_exchange(first, new, SeqCst, SeqCst) {
            Ok(_) => return,
            Err(now) => first = now,
        }
    }
}

/// No fork will look at it after this.
pub fn forget(membership: &Membership) {
    let pointer = ptr::from_ref(membership).cast_mut();
    for seat in seats() {
        let null = ptr::null_mut();
        let seat = &seat.membership;
        let _ = seat.compare_exchange(pointer, null, SeqCst, Relaxed);
    }
    // Another thread may be about to fork, and have found it there.
    while VISITORS.load(SeqCst) != 0 {
        thread::yield_now();
    }
}

fn for_all(f: impl Fn(&Membership)) {
    // SeqCst, here and in `forget`: either that sees this visitor and waits,
    // or this finds the pointer gone.
    VISITORS.fetch_add(1, SeqCst);
    for seat in seats() {
        let membership = seat.membership.load(SeqCst);
        // SAFETY: it is null, or a membership that has not been dropped: the
        // queue that owns it calls `forget` first, and that waits for all
        // visitors who found it.
        if let Some(membership) = unsafe { membership.as_ref() } {
            f(membership);
        }
    }
    VISITORS.fetch_sub(1, SeqCst);
}
