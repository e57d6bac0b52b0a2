//! Who is on the other side of shared memory, and whether it still runs.
//!
//! Shared memory knows nothing of the processes that map it: a pipe's reader
//! gets an end of file when its writer dies, and a ring's gets nothing. So
//! each process writes down who it is, and who waits for it looks at times
//! whether it has ended.

use std::fs;
use std::process;
use std::sync::Once;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};

/// A process, in one word that can lie in shared memory: its pid, and when it
/// started. The kernel gives a pid to another process some day, but not with
/// the same start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(u64);

/// Linux has no pid of more bits: `PID_MAX_LIMIT`, see proc(5).
const PID_BITS: u32 = 22;

impl Peer {
    /// This process.
    pub fn current() -> Peer {
        Here::now().peer()
    }

    /// The process with this pid: a child that has not been reaped, so that
    /// the number is still its own.
    pub fn of(pid: u32) -> Peer {
        let started = Status::of(pid).map_or(0, |status| status.started);
        Peer(started << PID_BITS | u64::from(pid))
    }

    /// Does it sleep in a system call, in its first thread? A moment later it
    /// may not any more: this is for programs that force an order of events.
    pub fn is_asleep(self) -> bool {
        Status::of(self.pid()).is_some_and(|status| status.asleep)
    }

    /// As it lies in shared memory: never 0.
    pub fn word(self) -> u64 {
        self.0
    }

    /// The process that a word tells of. Any word will do: what another
    /// process wrote there, one looks for and does not find.
    pub fn from_word(word: u64) -> Peer {
        Peer(word)
    }

    /// Has it not ended yet? A stopped process has not; a zombie has.
    pub fn is_alive(self) -> bool {
        let pid = self.pid();
        let started = self.0 >> PID_BITS;
        match Status::of(pid) {
            Some(status) => {
                !status.ended && (started == 0 || started == status.started)
            }
            // It is not there, or `/proc` does not show it to us.
            None => pid != 0 && exists(pid),
        }
    }

    fn pid(self) -> u32 {
        (self.0 & ((1 << PID_BITS) - 1)) as u32
    }
}

/// What `/proc` tells of a process.
struct Status {
    /// It is a zombie: all its threads have ended.
    ended: bool,
    asleep: bool,
    /// In ticks of the clock since the system started.
    started: u64,
}

impl Status {
    fn of(pid: u32) -> Option<Status> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name is in parentheses, and may have any characters in it.
        let (_, fields) = stat.rsplit_once(") ")?;
        let mut fields = fields.split(' ');
        let state = fields.next()?;
        // The first thread may end before the others.
        let threads: u32 = fields.nth(16)?.parse().ok()?;
        Some(Status {
            ended: matches!(state, "Z" | "X") && threads <= 1,
            asleep: state == "S",
            started: fields.nth(1)?.parse().ok()?,
        })
    }
}

fn exists(pid: u32) -> bool {
    let pid = pid.try_into().ok().and_then(rustix::process::Pid::from_raw);
    let test = pid.map(rustix::process::test_kill_process);
    // EPERM: there is one, of another user.
    matches!(test, Some(Ok(()) | Err(rustix::io::Errno::PERM)))
}

/// This process, once it has been asked for; 0 in one that was forked and has
/// not asked.
static HERE: AtomicU64 = AtomicU64::new(0);
/// How often this process, or one that it was forked from, has forked.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// A moment in the life of one process. A fork copies all variables, those too
/// that are meant for one process alone; this tells the copy from the
/// original.
#[derive(Clone, Copy, Debug)]
pub struct Here {
    peer: u64,
    forks: u32,
}

impl Here {
    /// Here and now.
    pub fn now() -> Here {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| {
            // SAFETY: the handlers are functions of this program, and stay.
            // They store to atomics, which is allowed in a forked child.
            // It fails only without memory; forks are not seen then.
            unsafe {
                libc::pthread_atfork(None, Some(in_parent), Some(in_child));
            }
        });
        let forks = FORKS.load(Relaxed);
        let mut peer = HERE.load(Relaxed);
        if peer == 0 {
            peer = Peer::of(process::id()).word();
            HERE.store(peer, Relaxed);
        }
        Here { peer, forks }
    }

    /// Is this still the process that called [`now`](Here::now)?
    #[inline]
    pub fn is_here(self) -> bool {
        HERE.load(Relaxed) == self.peer
    }

    /// Is it, and has it not forked since, so that nobody has a copy?
    pub fn is_alone(self) -> bool {
        self.is_here() && FORKS.load(Relaxed) == self.forks
    }

    /// The process.
    pub fn peer(self) -> Peer {
        Peer(self.peer)
    }
}

unsafe extern "C" fn in_parent() {
    FORKS.fetch_add(1, Relaxed);
}

unsafe extern "C" fn in_child() {
    FORKS.fetch_add(1, Relaxed);
    HERE.store(0, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::{Here, Peer};
    use std::io::Read;
    use std::process::{Command, Stdio};

    #[test]
    fn this_process_is_alive() {
        let here = Here::now();
        assert!(here.is_here() && here.peer().is_alive());
        assert_eq!(Peer::from_word(here.peer().word()), Peer::current());
        assert!(!Peer::from_word(0).is_alive());
    }

    #[test]
    fn a_zombie_has_ended_and_its_number_means_nobody_else() {
        let mut command = Command::new("cat");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let peer = Peer::of(child.id());
        assert!(peer.is_alive());
        let younger = Peer(peer.0 + (1 << super::PID_BITS));
        assert!(!younger.is_alive());

        drop(child.stdin.take());
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_to_end(&mut Vec::new()).unwrap();
        // Its standard output is closed a moment before it is a zombie.
        while peer.is_alive() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!peer.is_alive());
    }
}
