//! Sees from outside, in `/proc`, that a tree of processes sleeps for good.
//!
//! A sample is the state of every task (thread) of the tree. If in one sample
//! each task is inside a system call that only another task can end, and two
//! samples later none has run in between, then nobody is left to wake anybody:
//! a task that was woken but has not run yet is shown as `running`.
//!
//! Blind spots: an alarm set with alarm(2) or setitimer(2), which `/proc` does
//! not show, and a Unix socket handed to a process outside the tree.

use crate::listing::{entries, file_name};
use libc::c_long;
use rustix::net::sockopt::{Timeout, socket_timeout};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A process, as `/proc/PID/stat` tells of it.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its parent's id.
    pub parent: i32,
    /// Its process group's id.
    pub group: i32,
    /// Its state: `R`, `S`, `Z`, …
    pub state: char,
    /// Its name, at most 15 bytes.
    pub name: String,
}

/// The processes below `ancestor`, zombies included.
pub fn descendants(ancestor: i32) -> Vec<Process> {
    let all: Vec<Process> = entries("/proc".as_ref())
        .iter()
        .filter_map(|d| read_process(d))
        .collect();
    let mut tree = HashSet::from([ancestor]);
    loop {
        let before = tree.len();
        tree.extend(
            all.iter()
                .filter(|p| tree.contains(&p.parent))
                .map(|p| p.pid)
                .collect::<Vec<_>>(),
        );
        if tree.len() == before {
            break;
        }
    }
    all.into_iter()
        .filter(|p| p.pid != ancestor && tree.contains(&p.pid))
        .collect()
}

fn read_process(dir: &Path) -> Option<Process> {
    let pid = file_name(dir).parse().ok()?;
    let stat = fs::read_to_string(dir.join("stat")).ok()?;
    // The name stands in parentheses and may contain anything.
    let (before, after) = stat.rsplit_once(") ")?;
    let name = before.split_once('(')?.1.to_owned();
    let mut fields = after.split(' ');
    let state = fields.next()?.chars().next()?;
    Some(Process {
        pid,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
        state,
        name,
    })
}

/// Collects samples of the tree below one process.
#[derive(Debug, Default)]
pub struct Watch {
    last: Vec<String>,
    same: u32,
}

impl Watch {
    /// Takes a sample of the processes in `tree`. Once all of them sleep for
    /// good, the answer is a line for each task, with its system call.
    pub fn sample(&mut self, tree: &[Process]) -> Option<Vec<String>> {
        let now = asleep(tree).unwrap_or_default();
        self.same = if now == self.last { self.same + 1 } else { 0 };
        self.last = now;
        let settled = self.same >= 2 && !self.last.is_empty();
        (settled && !woken_from_outside(tree)).then(|| self.last.clone())
    }
}

/// A line for each task, if every one waits without time-out.
fn asleep(tree: &[Process]) -> Option<Vec<String>> {
    let mut tasks = Vec::new();
    for process in tree {
        for task in entries(format!("/proc/{}/task", process.pid).as_ref()) {
            let status = fs::read_to_string(task.join("status")).ok()?;
            // Of a process whose main thread has ended, others may be alive;
            // all that `process` tells is that it is a zombie.
            if status.contains("\nState:\tZ") {
                continue;
            }
            let call = fs::read_to_string(task.join("syscall")).ok()?;
            let name = waits_for_ever(&call)?;
            if has_socket_limit(process.pid, name, &call) {
                return None;
            }
            // In state D it waits for a device, which will answer.
            if !status.contains("\nState:\tS") {
                return None;
            }
            let switches: Vec<&str> = status
                .lines()
                .filter_map(|line| line.split_once("ctxt_switches:"))
                .map(|(_, count)| count.trim())
                .collect();
            tasks.push(format!(
                "{} (pid {}, task {}) in {name} after {} switches",
                process.name,
                process.pid,
                file_name(&task),
                switches.join("+")
            ));
        }
    }
    Some(tasks)
}

/// Where a system call's argument says how long it may sleep.
enum Limit {
    /// It has none.
    Never,
    /// This argument is a pointer to a time, null for none.
    Pointer(usize),
    /// This argument counts milliseconds, negative for none.
    Millis(usize),
}

/// The name of the call in a line of `/proc/PID/task/TID/syscall`, if it is
/// one that blocks, and was asked to do so without limit.
fn waits_for_ever(line: &str) -> Option<&'static str> {
    use Limit::*;
    let fields: Vec<&str> = line.split_whitespace().collect();
    let number: c_long = fields.first()?.parse().ok()?;
    let argument = |i: usize| -> Option<u64> {
        u64::from_str_radix(fields.get(i + 1)?.strip_prefix("0x")?, 16).ok()
    };
    let (name, limit) = match number {
        libc::SYS_futex => {
            // FUTEX_WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2.
            if ![0, 6, 9, 11, 13].contains(&(argument(1)? & 0x7f)) {
                return None;
            }
            ("futex", Pointer(3))
        }
        libc::SYS_futex_waitv => ("futex_waitv", Pointer(3)),
        libc::SYS_read => ("read", Never),
        libc::SYS_readv => ("readv", Never),
        libc::SYS_write => ("write", Never),
        libc::SYS_writev => ("writev", Never),
        libc::SYS_sendto => ("sendto", Never),
        libc::SYS_sendmsg => ("sendmsg", Never),
        libc::SYS_recvfrom => ("recvfrom", Never),
        libc::SYS_recvmsg => ("recvmsg", Never),
        libc::SYS_accept => ("accept", Never),
        libc::SYS_accept4 => ("accept4", Never),
        libc::SYS_connect => ("connect", Never),
        libc::SYS_wait4 => ("wait4", Never),
        libc::SYS_waitid => ("waitid", Never),
        libc::SYS_flock => ("flock", Never),
        libc::SYS_fcntl => {
            let waits = [libc::F_SETLKW, libc::F_OFD_SETLKW];
            if !waits.contains(&(argument(1)? as i32)) {
                return None;
            }
            ("fcntl", Never)
        }
        libc::SYS_semop => ("semop", Never),
        libc::SYS_semtimedop => ("semtimedop", Pointer(3)),
        libc::SYS_mq_timedsend => ("mq_timedsend", Pointer(4)),
        libc::SYS_mq_timedreceive => ("mq_timedreceive", Pointer(4)),
        libc::SYS_rt_sigsuspend => ("rt_sigsuspend", Never),
        libc::SYS_ppoll => ("ppoll", Pointer(2)),
        libc::SYS_epoll_pwait => ("epoll_pwait", Millis(3)),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => ("poll", Millis(2)),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => ("epoll_wait", Millis(3)),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_pause => ("pause", Never),
        _ => return None,
    };
    let unlimited = match limit {
        Never => true,
        Pointer(i) => argument(i)? == 0,
        // The kernel looks at the lower half alone.
        Millis(i) => (argument(i)? as i32) < 0,
    };
    unlimited.then_some(name)
}

/// Has the socket on which a task waits a time-out of its own? A system call's
/// arguments do not tell.
fn has_socket_limit(pid: i32, name: &str, call: &str) -> bool {
    let side = match name {
        "read" | "readv" | "recvfrom" | "recvmsg" | "accept" | "accept4" => Timeout::Recv,
        "write" | "writev" | "sendto" | "sendmsg" | "connect" => Timeout::Send,
        _ => return false,
    };
    let limit = || {
        let number = call.split_whitespace().nth(1)?.strip_prefix("0x")?;
        let number = i32::from_str_radix(number, 16).ok()?;
        let process = pidfd_open(Pid::from_raw(pid)?, PidfdFlags::empty()).ok()?;
        let ours = pidfd_getfd(process, number, PidfdGetfdFlags::empty()).ok()?;
        socket_timeout(ours, side).ok()?
    };
    limit().is_some()
}

/// Can something beside the tree's own tasks end a wait in it: a timer, or
/// the other end of a TCP connection?
fn woken_from_outside(tree: &[Process]) -> bool {
    let mut sockets = HashSet::new();
    for process in tree {
        let dir = PathBuf::from(format!("/proc/{}", process.pid));
        if fs::read(dir.join("timers")).is_ok_and(|timers| !timers.is_empty()) {
            return true;
        }
        for fd in entries(&dir.join("fd")) {
            let Ok(target) = fs::read_link(fd) else {
                continue;
            };
            let target = target.display().to_string();
            if target == "anon_inode:[timerfd]" {
                return true;
            }
            if let Some(inode) = target.strip_prefix("socket:[") {
                sockets.insert(inode.trim_end_matches(']').to_owned());
            }
        }
    }
    // Columns: number, local address, remote address, state, … inode (10th).
    let tables =
        ["tcp", "tcp6"].map(|t| fs::read_to_string(format!("/proc/net/{t}")).unwrap_or_default());
    let connections: Vec<Vec<&str>> = tables
        .iter()
        .flat_map(|table| table.lines().skip(1))
        .map(|line| line.split_whitespace().collect())
        .filter(|row: &Vec<&str>| row.len() > 9 && row[3] != "0A")
        .collect();
    let owner: HashMap<(&str, &str), &str> = connections
        .iter()
        .map(|row| ((row[1], row[2]), row[9]))
        .collect();
    connections
        .iter()
        .filter(|row| sockets.contains(row[9]))
        .any(|row| {
            let peer = owner.get(&(row[2], row[1]));
            peer.is_none_or(|inode| !sockets.contains(*inode))
        })
}

#[cfg(test)]
mod tests {
    use super::waits_for_ever;

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn only_calls_without_limit_count() {
        let forever = [
            ("202 0x7f00 0x80 0x2 0x0 0x0 0x0 0x7ffe 0x7f11", "futex"),
            ("7 0x7ffe 0x1 0xffffffff 0x0 0x0 0x0 0x7ffe 0x7f11", "poll"),
            ("1 0x3 0x7f00 0x1000 0x0 0x0 0x0 0x7ffe 0x7f11", "write"),
            ("72 0x3 0x7 0x7ffe 0x0 0x0 0x0 0x7ffe 0x7f11", "fcntl"),
        ];
        for (line, name) in forever {
            assert_eq!(waits_for_ever(line), Some(name));
        }
        for line in [
            "running",
            "202 0x7f00 0x89 0x2 0x7ffe10 0x0 0xffffffff 0x7ffe 0x7f11",
            "202 0x7f00 0x81 0x1 0x0 0x0 0x0 0x7ffe 0x7f11",
            "7 0x7ffe 0x1 0x64 0x0 0x0 0x0 0x7ffe 0x7f11",
            "230 0x1 0x0 0x7ffe 0x7ffe 0x0 0x0 0x7ffe 0x7f11",
            "-1 0x7ffe 0x7f11",
        ] {
            assert_eq!(waits_for_ever(line), None, "{line}");
        }
    }
}
