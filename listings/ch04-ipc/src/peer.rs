//! Is the process that wrote its name into shared memory still alive?
//!
//! A pid alone is no name: once its process has been reaped, the kernel gives
//! the number to another one. Pid and start time together are never given
//! again.

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::process;

/// Linux has no pid of more bits ([pid_max]).
///
/// [pid_max]: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html
const PID_BITS: u32 = 22;

/// The name of a process in one word, which is never 0: its pid, and when it
/// started, in clock ticks since the machine did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(u64);

impl Peer {
    /// This process.
    ///
    /// # Errors
    ///
    /// `/proc` is not mounted.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::peer::Peer;
    ///
    /// let word = Peer::own()?.word();
    /// assert!(!Peer::from_word(word).has_ended());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn own() -> io::Result<Peer> {
        let stat = fs::read("/proc/self/stat")?;
        let found = Stat::parse(&stat).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Peer::new(found.started, process::id()))
    }

    /// The process that has this pid: a child that has not been reaped, so
    /// that the number is still its own.
    ///
    /// # Errors
    ///
    /// There is no such process, or `/proc` does not show it.
    pub fn of(pid: u32) -> io::Result<Peer> {
        let stat = fs::read(format!("/proc/{pid}/stat"))?;
        let found = Stat::parse(&stat).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Peer::new(found.started, pid))
    }

    /// The process that has this pid now, or had it last: for one that could
    /// not read when it started, with no descriptor free, or no `/proc`. As
    /// long as another one has the pid, this one counts as alive.
    pub(crate) fn by_pid(pid: u32) -> Peer {
        Peer(u64::from(pid))
    }

    /// The process that started then and has this pid.
    pub(crate) fn new(started: u64, pid: u32) -> Peer {
        Peer(started << PID_BITS | u64::from(pid))
    }

    /// To be stored in an atomic.
    pub fn word(self) -> u64 {
        self.0
    }

    /// What [`word`](Peer::word) answered.
    pub fn from_word(word: u64) -> Peer {
        Peer(word)
    }

    /// Its pid. Do not signal it: by now it may be another's.
    pub fn pid(self) -> i32 {
        (self.0 & ((1 << PID_BITS) - 1)) as i32
    }

    /// Has it ended, so that it will never write to shared memory again? One
    /// that is stopped has not. A zombie has: it is a child whose parent has
    /// not looked yet.
    ///
    /// It reads a file of `/proc`, which is some microseconds' work. Where no
    /// descriptor is free for that, it asks without one, and takes another
    /// process that was given the pid for this one.
    pub fn has_ended(self) -> bool {
        let stat = match fs::read(format!("/proc/{}/stat", self.pid())) {
            Ok(stat) => stat,
            Err(error) => {
                let code = error.raw_os_error();
                return match matches!(code, Some(libc::EMFILE | libc::ENFILE)) {
                    true => self.has_no_memory() || self.is_unknown(),
                    false => self.is_unknown(),
                };
            }
        };
        let started = self.0 >> PID_BITS;
        match Stat::parse(&stat) {
            Some(found) if started == 0 => found.over,
            Some(found) => found.started != started || found.over,
            // It ended while the file was read, or it cannot be told.
            None => stat.is_empty(),
        }
    }
}

impl Peer {
    /// There is no such process. To be asked by the signal that is none, if
    /// `/proc` hides it (`hidepid`).
    fn is_unknown(self) -> bool {
        kill(Pid::from_raw(self.pid()), None) == Err(Errno::ESRCH)
    }

    /// It runs no program any more, and has one thread: a zombie. These two
    /// take no descriptor to ask.
    fn has_no_memory(self) -> bool {
        let program = fs::read_link(format!("/proc/{}/exe", self.pid()));
        let threads = fs::metadata(format!("/proc/{}/task", self.pid()));
        // Of a directory, the links are its folders, and two.
        program.is_err_and(|error| error.kind() == ErrorKind::NotFound)
            && threads.is_ok_and(|threads| threads.nlink() <= 3)
    }
}

/// What `/proc/PID/stat` says: see proc_pid_stat(5).
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    started: u64,
    over: bool,
}

impl Stat {
    fn parse(stat: &[u8]) -> Option<Stat> {
        // The second field is the program's name in parentheses, and may have
        // blanks and parentheses in it.
        let name_ends = stat.iter().rposition(|byte| *byte == b')')?;
        let rest = str::from_utf8(&stat[name_ends + 1..]).ok()?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let (state, threads) = (*fields.first()?, *fields.get(17)?);
        // The first thread may be over while others go on.
        let over = matches!(state, "Z" | "X") && matches!(threads, "0" | "1");
        let started = fields.get(19)?.parse().ok()?;
        Some(Stat { started, over })
    }
}

#[cfg(test)]
mod tests {
    use super::{PID_BITS, Peer, Stat};
    use std::process::Command;

    #[test]
    fn a_zombie_has_ended_and_a_reaped_one_too() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let stat = std::fs::read(format!("/proc/{}/stat", child.id()));
        let started = Stat::parse(&stat.unwrap()).unwrap().started;
        let peer = Peer(started << PID_BITS | u64::from(child.id()));
        assert!(!peer.has_ended() && !peer.has_no_memory());
        child.kill().unwrap();
        let deadline = std::time::Instant::now() + super::tests::SOON;
        while !peer.has_ended() {
            assert!(std::time::Instant::now() < deadline);
            std::thread::yield_now();
        }
        assert!(peer.has_no_memory());
        child.wait().unwrap();
        assert!(peer.has_ended());
    }

    const SOON: std::time::Duration = std::time::Duration::from_secs(10);

    #[test]
    fn another_process_with_the_number_is_another() {
        let own = Peer::own().unwrap();
        assert_eq!(own.pid(), std::process::id() as i32);
        assert!(Peer(own.0 - (1 << PID_BITS)).has_ended());
    }

    #[test]
    fn a_name_may_have_blanks_and_parentheses() {
        let fields = |state, threads| {
            format!(
                "7 (a) Z 1 (b) {state} 1 7 7 0 -1 4194304 0 0 0 0 0 0 0 0 20 \
                 0 {threads} 0 4711 0"
            )
        };
        let stat = |state, threads| {
            Stat::parse(fields(state, threads).as_bytes()).unwrap()
        };
        let (started, over) = (4711, false);
        assert_eq!(stat("S", 1), Stat { started, over });
        assert_eq!(stat("Z", 2), Stat { started, over });
        assert_eq!(
            stat("Z", 1),
            Stat {
                started,
                over: true
            }
        );
        assert_eq!(Stat::parse(b"7 (sh"), None);
    }
}
