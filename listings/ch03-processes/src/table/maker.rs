//! Who made a table, and whether that process is dead.

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process;
use std::str;

/// A process. Its number alone would not do: numbers are used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Maker {
    pub(super) pid: u32,
    /// In clock ticks since the system started.
    pub(super) started: u64,
    /// The PID and the time namespace in which these two are true.
    pub(super) namespaces: [u64; 2],
}

impl Maker {
    /// This process. If the system does not tell all of it, nobody will ever
    /// call it dead: no namespace is 0.
    pub(super) fn this_process() -> Self {
        let pid = process::id();
        let known = || Some((Stat::of("self")?.started, namespaces()?));
        let (started, namespaces) = known().unwrap_or_default();
        Maker {
            pid,
            started,
            namespaces,
        }
    }

    /// Is it certain that it has ended? So has a zombie. Whatever keeps us
    /// from knowing, another namespace or a `/proc` that cannot be read,
    /// counts as life: the table of a living process is not to be removed.
    pub(super) fn is_dead(&self) -> bool {
        let Ok(pid) = i32::try_from(self.pid) else {
            return false;
        };
        if namespaces() != Some(self.namespaces) {
            return false;
        }
        // Asked of kill(2), since `/proc` may hide a process that is alive.
        if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
            return true;
        }
        Stat::of(&pid.to_string())
            .is_some_and(|stat| stat.ended || stat.started != self.started)
    }
}

/// The PID and the time namespace of this process. None if `/proc` has the
/// numbers of another one.
fn namespaces() -> Option<[u64; 2]> {
    // A process has a number in the namespace of `/proc`, and in each one
    // from there to its own. If that is one number, it is one namespace.
    let status = fs::read("/proc/self/status").ok()?;
    let numbers = status
        .split(|&byte| byte == b'\n')
        .find_map(|line| line.strip_prefix(b"NSpid:\t"))?;
    if numbers.contains(&b'\t') {
        return None;
    }
    let inode = |kind: &str| {
        let namespace = fs::metadata(format!("/proc/self/ns/{kind}"));
        namespace.map(|namespace| namespace.ino())
    };
    // A kernel without time namespaces has one time.
    Some([inode("pid").ok()?, inode("time").unwrap_or(0)])
}

/// What proc_pid_stat(5) says of a process.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    ended: bool,
    started: u64,
}

impl Stat {
    fn of(process: &str) -> Option<Self> {
        Self::parse(&fs::read(format!("/proc/{process}/stat")).ok()?)
    }

    fn parse(stat: &[u8]) -> Option<Self> {
        // The second field is the program's name, in parentheses. Any bytes
        // may be in it, parentheses and spaces too.
        let name = stat.windows(2).rposition(|two| two == b") ")?;
        let fields = str::from_utf8(&stat[name + 2..]).ok()?;
        let fields: Vec<_> = fields.split(' ').collect();
        let field = |number: usize| fields.get(number - 3).copied();
        // The first thread may have ended before others: it shows as a
        // zombie, and the process runs.
        let threads: u32 = field(20)?.parse().ok()?;
        let ended = matches!(field(3)?, "Z" | "X") && threads < 2;
        let started = field(22)?.parse().ok()?;
        Some(Stat { ended, started })
    }
}

#[cfg(test)]
mod tests {
    use super::{Maker, Stat};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    /// Kills a child that a failed test would leave.
    struct Alive(Child);

    impl Drop for Alive {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn maker(pid: u32) -> Maker {
        let started = Stat::of(&pid.to_string()).map_or(1, |it| it.started);
        Maker {
            pid,
            started,
            ..Maker::this_process()
        }
    }

    fn stat(name: &[u8], state: &str, threads: u32) -> Option<Stat> {
        let stat = format!(
            ") {state} 1 7 7 0 -1 4 1 0 0 0 2 3 0 0 20 0 {threads} 0 4711 5\n"
        );
        Stat::parse(&[b"7 (", name, stat.as_bytes()].concat())
    }

    #[test]
    fn no_name_hides_what_stands_behind_it() {
        let names: [&[u8]; 4] = [b"sh", b") Z 1 (", b"\xFF \n", b""];
        for name in names {
            let running = Stat {
                ended: false,
                started: 4711,
            };
            assert_eq!(stat(name, "S", 1), Some(running));
        }
        assert_eq!(Stat::parse(b""), None);
        assert_eq!(Stat::parse(b"7 (sh) Z 1"), None);
        assert_eq!(Stat::parse(b"7 (sh) "), None);
    }

    #[test]
    fn a_zombie_with_other_threads_runs() {
        let ended = |state, threads| stat(b"sh", state, threads).unwrap().ended;
        assert!(ended("Z", 1));
        assert!(ended("X", 0));
        assert!(!ended("Z", 2));
    }

    #[test]
    fn a_process_is_dead_when_it_has_ended_and_not_before() {
        let this = Maker::this_process();
        assert_ne!(this.namespaces[0], 0);
        assert_eq!(this, maker(this.pid));
        assert!(!this.is_dead());
        let earlier = Maker { started: 1, ..this };
        assert!(earlier.is_dead(), "its number is another's now");

        let folder = tempfile::tempdir().unwrap();
        let shell = folder.path().join(OsStr::from_bytes(b"\xFF"));
        symlink("/bin/sh", &shell).unwrap();
        let mut shell = Command::new(shell);
        let waiting = shell.arg0("sh").stdin(Stdio::piped());
        let mut child = Alive(waiting.spawn().unwrap());
        let maker = maker(child.0.id());
        assert!(!maker.is_dead());
        child.0.kill().unwrap();
        child.0.wait().unwrap();
        assert!(maker.is_dead());
    }

    #[test]
    fn what_is_not_known_is_no_death() {
        let mut child = Command::new("true").spawn().unwrap();
        let dead = maker(child.id());
        child.wait().unwrap();
        assert!(dead.is_dead());
        let elsewhere = |namespaces| Maker { namespaces, ..dead };
        let [pid, time] = dead.namespaces;
        assert!(!elsewhere([pid + 1, time]).is_dead());
        assert!(!elsewhere([pid, time + 1]).is_dead());
        assert!(!elsewhere([0, 0]).is_dead());
        let nobody = |pid| Maker { pid, ..dead };
        assert!(!nobody(u32::MAX).is_dead());
        assert!(!nobody(0).is_dead());
    }
}
