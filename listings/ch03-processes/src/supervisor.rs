//! Keeps programs running, and ends them, with all that they started.

use crate::pidfd::{WatchedChild, after, children_stay, prepare, ready, reap};
use crate::signals::Signals;
use nix::sys::signal::Signal as Caught;
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, getpid, pidfd_open, pidfd_send_signal,
    set_child_subreaper,
};
use std::collections::{HashSet, VecDeque};
use std::fs;
use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

// ANCHOR: policy
/// When a program that has failed is started again.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The pause before the first restart. It doubles with each failure.
    pub pause: Duration,
    /// No pause is longer.
    pub longest: Duration,
    /// After so many restarts in a row it is given up.
    pub restarts: u32,
    /// A program that ran for so long has not failed in a row.
    pub healthy: Duration,
}
// ANCHOR_END: policy

/// What has happened to a service, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It runs.
    Started(String),
    /// It ended well, and is left alone.
    Done(String),
    /// It failed, and is started again after the pause.
    Failed(String, String, Duration),
    /// It failed too often.
    GaveUp(String, String),
    /// This process was sent SIGTERM or SIGINT: time to stop.
    Asked(Caught),
}

#[derive(Debug)]
enum State {
    /// `None` is a time beyond all clocks.
    Due(Option<Instant>),
    Running(WatchedChild, Instant),
    Over,
}

#[derive(Debug)]
struct Service {
    name: String,
    command: Command,
    failures: u32,
    state: State,
}

/// Programs that are kept running. Dropping it kills them.
///
/// It needs the process for itself, as an init does: from its making on,
/// orphans from below become children of this process, [`next_event`] reaps
/// *every* child that has ended, and [`stop`] ends all that are left. A
/// supervisor that is itself killed by SIGKILL stops nobody.
///
/// [`next_event`]: Supervisor::next_event
/// [`stop`]: Supervisor::stop
#[derive(Debug)]
pub struct Supervisor {
    policy: Policy,
    signals: Signals,
    services: Vec<Service>,
    events: VecDeque<Event>,
    /// A copy of this, in a child forked later, has nothing to stop.
    parent: Pid,
}

impl Supervisor {
    /// A supervisor without services. SIGTERM and SIGINT no longer end this
    /// process: they come as [`Event::Asked`].
    ///
    /// # Errors
    ///
    /// The process has other threads, or ignores SIGCHLD, or no descriptor is
    /// left.
    pub fn new(policy: Policy) -> io::Result<Supervisor> {
        children_stay()?;
        let read = [Caught::SIGTERM, Caught::SIGINT, Caught::SIGCHLD];
        let signals = Signals::block(&read)?;
        set_child_subreaper(Some(getpid()))?;
        Ok(Supervisor {
            policy,
            signals,
            services: Vec::new(),
            events: VecDeque::new(),
            parent: getpid(),
        })
    }

    /// Adds a program; [`next_event`](Supervisor::next_event) starts it, in a
    /// process group of its own: see
    /// [`WatchedChild::spawn`](WatchedChild::spawn) for what follows.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::supervisor::{Event, Policy, Supervisor};
    /// use std::process::Command;
    /// use std::time::Duration;
    ///
    /// let mut supervisor = Supervisor::new(Policy {
    ///     pause: Duration::from_millis(1),
    ///     longest: Duration::from_secs(1),
    ///     restarts: 1,
    ///     healthy: Duration::from_secs(60),
    /// })?;
    /// supervisor.add("broken", Command::new("false"));
    /// let mut next = || supervisor.next_event(Duration::from_secs(10));
    /// assert_eq!(next()?, Some(Event::Started("broken".into())));
    /// assert!(matches!(next()?, Some(Event::Failed(..))));
    /// assert_eq!(next()?, Some(Event::Started("broken".into())));
    /// assert!(matches!(next()?, Some(Event::GaveUp(..))));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn add(&mut self, name: &str, mut command: Command) {
        prepare(&mut command);
        self.services.push(Service {
            name: name.into(),
            command,
            failures: 0,
            state: State::Due(Some(Instant::now())),
        });
    }

    // ANCHOR: next
    /// Starts what is due, and waits for what happens next; `None` when
    /// nothing did within `time`.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped a child, or the kernel lacks memory.
    pub fn next_event(&mut self, time: Duration) -> io::Result<Option<Event>> {
        let deadline = after(time);
        while self.events.is_empty() {
            let now = Instant::now();
            for service in &mut self.services {
                self.events.extend(service.start_if_due(now, &self.policy));
            }
            if !self.events.is_empty() {
                break;
            }
            let wake = self.services.iter().filter_map(Service::due);
            let wake = wake.chain(deadline).min();
            // One wait for all: a signal, or the end of any child.
            let mut all = vec![self.signals.as_fd()];
            all.extend(self.services.iter().filter_map(Service::pidfd));
            let mut ready = ready(&all, wake)?.into_iter();
            if ready.next() == Some(true) {
                match self.signals.wait_timeout(Duration::ZERO)? {
                    // After the signal: a later end sends another.
                    Some(Caught::SIGCHLD) => self.reap_orphans()?,
                    asked => self.events.extend(asked.map(Event::Asked)),
                }
            }
            for service in &mut self.services {
                if service.pidfd().is_some() && ready.next() == Some(true) {
                    let event = service.ended(&self.policy)?;
                    self.events.push_back(event);
                }
            }
            if deadline.is_some_and(|deadline| now >= deadline) {
                break;
            }
        }
        Ok(self.events.pop_front())
    }
    // ANCHOR_END: next

    // ANCHOR: stop
    /// Ends the whole tree: SIGTERM to every group, SIGKILL after `grace` to
    /// what is still there. Orphans come up to this process when their
    /// parents end, those that have left their group as well; so when this
    /// returns, no descendant is left. Answers how each service that ran has
    /// ended.
    ///
    /// SIGKILL ends a process in uninterruptible sleep (a disk that does not
    /// answer) only after that sleep, and it is waited for.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped a child, or `/proc` cannot be read. `EPERM`:
    /// all have ended, except for those that have changed their user and may
    /// not be signalled.
    pub fn stop(
        &mut self,
        grace: Duration,
    ) -> io::Result<Vec<(String, ExitStatus)>> {
        let deadline = after(grace);
        let mut ends = Vec::new();
        let groups: HashSet<i32> =
            self.services.iter().filter_map(Service::pid).collect();
        let mut asked = HashSet::new();
        self.signal_services(Signal::TERM);
        while deadline.is_none_or(|deadline| Instant::now() < deadline) {
            self.reap_services(&mut ends)?;
            let orphans = self.orphans()?;
            for orphan in &orphans {
                // Those of a group were asked with it; twice may mean more.
                if asked.insert(orphan.pid) && !groups.contains(&orphan.group) {
                    let _ = pidfd_send_signal(&orphan.pidfd, Signal::TERM);
                }
            }
            if !self.wait_for_any(&orphans, deadline)? {
                return Ok(ends);
            }
        }
        self.kill_services();
        loop {
            self.reap_services(&mut ends)?;
            let mut orphans = self.orphans()?;
            let all = orphans.len();
            // Whoever may not be killed is not waited for.
            orphans.retain(Orphan::kill);
            let spared = all - orphans.len();
            if !self.wait_for_any(&orphans, None)? {
                return match spared {
                    0 => Ok(ends),
                    _ => Err(Errno::PERM.into()),
                };
            }
        }
    }
    // ANCHOR_END: stop

    fn signal_services(&mut self, signal: Signal) {
        for service in &mut self.services {
            match &service.state {
                State::Running(child, _) => {
                    let _ = child.signal_group(signal);
                }
                _ => service.state = State::Over,
            }
        }
    }

    fn kill_services(&mut self) {
        for service in &mut self.services {
            if let State::Running(child, _) = &service.state
                && let Err(error) = child.kill_all()
                && error.kind() == io::ErrorKind::PermissionDenied
            {
                // Not to be waited for, as an orphan of that kind.
                service.state = State::Over;
            }
        }
    }

    fn reap_services(
        &mut self,
        ends: &mut Vec<(String, ExitStatus)>,
    ) -> io::Result<()> {
        for service in &mut self.services {
            if let State::Running(child, _) = &mut service.state
                && ready(&[child.as_fd()], Some(Instant::now()))?[0]
            {
                // The rest of its group has what is left of the grace.
                ends.push((service.name.clone(), child.wait_alone()?));
                service.state = State::Over;
            }
        }
        Ok(())
    }

    /// Waits until a child ends, and reaps it if it is an orphan. `false`
    /// says that there is no child.
    fn wait_for_any(
        &self,
        orphans: &[Orphan],
        deadline: Option<Instant>,
    ) -> io::Result<bool> {
        let mut all: Vec<_> = orphans.iter().map(|o| o.pidfd.as_fd()).collect();
        all.extend(self.services.iter().filter_map(Service::pidfd));
        if all.is_empty() {
            return Ok(false);
        }
        for (orphan, ended) in orphans.iter().zip(ready(&all, deadline)?) {
            if ended {
                reap(orphan.pidfd.as_fd())?;
            }
        }
        Ok(true)
    }

    /// Reaps the orphans that have ended.
    fn reap_orphans(&self) -> io::Result<()> {
        for orphan in self.orphans()? {
            if ready(&[orphan.pidfd.as_fd()], Some(Instant::now()))?[0] {
                reap(orphan.pidfd.as_fd())?;
            }
        }
        Ok(())
    }

    /// The children of this process that are no services.
    fn orphans(&self) -> io::Result<Vec<Orphan>> {
        let services: HashSet<i32> =
            self.services.iter().filter_map(Service::pid).collect();
        let me = getpid().as_raw_nonzero().get();
        let mut orphans = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let path = entry?.path();
            // It may have ended since; a child of ours would still be there.
            let stat = fs::read(path.join("stat"));
            let Some(stat) = stat.ok().as_deref().and_then(parse_stat) else {
                continue;
            };
            if stat.parent != me || services.contains(&stat.pid) {
                continue;
            }
            let pid = Pid::from_raw(stat.pid).expect("no process is 0");
            orphans.push(Orphan {
                pid: stat.pid,
                pidfd: pidfd_open(pid, PidfdFlags::empty())?,
                group: stat.group,
            });
        }
        Ok(orphans)
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if self.parent == getpid() {
            let _ = self.stop(Duration::ZERO);
        }
    }
}

impl Service {
    fn due(&self) -> Option<Instant> {
        match self.state {
            State::Due(at) => at,
            _ => None,
        }
    }

    fn pidfd(&self) -> Option<BorrowedFd<'_>> {
        match &self.state {
            State::Running(child, _) => Some(child.as_fd()),
            _ => None,
        }
    }

    fn pid(&self) -> Option<i32> {
        match &self.state {
            State::Running(child, _) => Some(child.id().as_raw_nonzero().get()),
            _ => None,
        }
    }

    fn start_if_due(&mut self, now: Instant, policy: &Policy) -> Option<Event> {
        if self.due()? > now {
            return None;
        }
        Some(match WatchedChild::spawn_prepared(&mut self.command) {
            Ok(child) => {
                self.state = State::Running(child, now);
                Event::Started(self.name.clone())
            }
            Err(error) => self.failed(error.to_string(), policy),
        })
    }

    // ANCHOR: ended
    fn ended(&mut self, policy: &Policy) -> io::Result<Event> {
        let State::Running(mut child, since) =
            mem::replace(&mut self.state, State::Over)
        else {
            unreachable!("only a running service has a pidfd");
        };
        // Ends what is left of its group as well, before the next start.
        let status = child.wait()?;
        if status.success() {
            return Ok(Event::Done(self.name.clone()));
        }
        if since.elapsed() >= policy.healthy {
            self.failures = 0;
        }
        Ok(self.failed(status.to_string(), policy))
    }

    fn failed(&mut self, how: String, policy: &Policy) -> Event {
        let name = self.name.clone();
        if self.failures == policy.restarts {
            self.state = State::Over;
            return Event::GaveUp(name, how);
        }
        let factor = 2_u32.saturating_pow(self.failures);
        let pause = policy.pause.saturating_mul(factor).min(policy.longest);
        self.failures += 1;
        self.state = State::Due(after(pause));
        Event::Failed(name, how, pause)
    }
    // ANCHOR_END: ended
}

/// A child that this process has not started.
#[derive(Debug)]
struct Orphan {
    pid: i32,
    pidfd: OwnedFd,
    group: i32,
}

impl Orphan {
    /// Kills it; `false` says that this process may not.
    fn kill(&self) -> bool {
        let sent = pidfd_send_signal(&self.pidfd, Signal::KILL);
        matches!(sent, Ok(()) | Err(Errno::SRCH))
    }
}

struct Stat {
    pid: i32,
    parent: i32,
    group: i32,
}

/// `/proc/PID/stat`: see proc_pid_stat(5). `None` for what is no process.
fn parse_stat(text: &[u8]) -> Option<Stat> {
    // The name stands in parentheses and may contain any bytes.
    let name_ends = text.iter().rposition(|&byte| byte == b')')?;
    let (before, after) = text.split_at(name_ends);
    let pid = str::from_utf8(before.split(|&byte| byte == b' ').next()?);
    let mut fields = str::from_utf8(after).ok()?.split(' ').skip(2);
    Some(Stat {
        pid: pid.ok()?.parse().ok()?,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::parse_stat;

    #[test]
    fn a_name_may_contain_anything() {
        for name in [&b"a) 1 2 (b"[..], b"\xc3) \xc3\n", b""] {
            let text = [b"7 (", name, b") S 3 5 2 0 -1"].concat();
            let stat = parse_stat(&text).unwrap();
            assert_eq!((stat.pid, stat.parent, stat.group), (7, 3, 5));
        }
        assert!(parse_stat(b"12.5 3.7\n").is_none());
    }
}
