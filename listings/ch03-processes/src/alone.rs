//! Tests that need a process of their own, with one thread: a doc test is
//! one, a unit test is not. Each is ended by SIGALRM, should it hang.

/// What is killed at a restart is reaped before the next, not at the stop.
///
/// ```standalone_crate
/// use ch03_processes::supervisor::{Event, Policy, Supervisor};
/// use std::time::{Duration, Instant};
/// use std::{fs, process, process::Command};
///
/// /// The zombies among the children of this process.
/// fn zombies() -> usize {
///     let me = process::id().to_string();
///     let stats = fs::read_dir("/proc").unwrap().filter_map(|entry| {
///         fs::read_to_string(entry.unwrap().path().join("stat")).ok()
///     });
///     stats.filter(|stat| {
///         let mut fields = stat.rsplit_once(')').unwrap().1.split(' ');
///         (fields.nth(1), fields.next()) == (Some("Z"), Some(me.as_str()))
///     }).count()
/// }
///
/// nix::unistd::alarm::set(60);
/// let mut supervisor = Supervisor::new(Policy {
///     pause: Duration::from_millis(1),
///     longest: Duration::from_millis(1),
///     restarts: 3,
///     healthy: Duration::from_secs(60),
/// })?;
/// let mut service = Command::new("sh");
/// service.args(["-c", "sleep 1000 & sleep 1000 & exit 3"]);
/// supervisor.add("service", service);
/// loop {
///     let event = supervisor.next_event(Duration::from_secs(20))?;
///     if let Some(Event::GaveUp(..)) = event {
///         break;
///     }
///     assert!(event.is_some());
/// }
/// // They end a moment after the signal.
/// let deadline = Instant::now() + Duration::from_secs(20);
/// while zombies() > 0 {
///     assert!(Instant::now() < deadline, "{} zombies", zombies());
///     let event = supervisor.next_event(Duration::from_millis(10))?;
///     assert_eq!(event, None);
/// }
/// # std::io::Result::Ok(())
/// ```
struct NoZombieAfterARestart;

/// A process may have any bytes for a name.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::supervisor::{Policy, Supervisor};
/// use nix::sys::prctl::set_name;
/// use std::io::{self, Read, Write};
/// use std::thread;
/// use std::time::Duration;
///
/// nix::unistd::alarm::set(60);
/// let mut supervisor = Supervisor::new(Policy {
///     pause: Duration::ZERO,
///     longest: Duration::ZERO,
///     restarts: 0,
///     healthy: Duration::ZERO,
/// })?;
/// let (mut named, mut told) = io::pipe()?;
/// // Whatever the supervisor has not started is an orphan to it.
/// let mut child = ForkedChild::start(|| {
///     set_name(c"\xc3) \xc3").unwrap();
///     told.write_all(b"!").unwrap();
///     loop {
///         thread::park();
///     }
/// })?;
/// named.read_exact(&mut [0])?;
/// supervisor.stop(Duration::ZERO)?;
/// let error = child.try_wait().expect_err("it is reaped");
/// assert_eq!(error.raw_os_error(), Some(libc::ECHILD));
/// # std::io::Result::Ok(())
/// ```
struct NamesAreBytes;

/// A child that has left its group is killed, asked, and waited for.
///
/// ```standalone_crate
/// use ch03_processes::pidfd::WatchedChild;
/// use nix::unistd::{Pid, alarm, getpgid, getppid, setpgid};
/// use std::io::{self, Read, Write};
/// use std::process::Command;
/// use std::time::Duration;
/// use std::{env, thread};
///
/// alarm::set(60);
/// if env::args().nth(1).is_some() {
///     setpgid(Pid::this(), getpgid(Some(getppid()))?)?;
///     io::stdout().write_all(b"!")?;
///     io::stdout().flush()?;
///     loop {
///         thread::park();
///     }
/// }
/// let start = || {
///     let (mut moved, held) = io::pipe()?;
///     let mut command = Command::new(env::current_exe()?);
///     let child = WatchedChild::spawn(command.arg("child").stdout(held))?;
///     drop(command);
///     moved.read_exact(&mut [0])?;
///     io::Result::Ok((child, moved))
/// };
/// let (child, mut end) = start()?;
/// drop(child);
/// assert_eq!(end.read(&mut [0])?, 0);
///
/// let (mut child, _end) = start()?;
/// let status = child.stop(Duration::from_secs(20))?;
/// assert_eq!(status.to_string(), "signal: 15 (SIGTERM)");
/// # io::Result::Ok(())
/// ```
struct AChildMayLeaveItsGroup;

/// Once somebody else has reaped the child, its number is nobody's to signal.
///
/// ```standalone_crate
/// use ch03_processes::pidfd::WatchedChild;
/// use nix::sys::signal::{Signal, killpg};
/// use nix::sys::wait::waitpid;
/// use nix::unistd::{Pid, alarm};
/// use rustix::event::{PollFd, PollFlags, Timespec, poll};
/// use rustix::process::Signal as Sent;
/// use std::io::{self, Read};
/// use std::process::Command;
/// use std::time::Duration;
///
/// alarm::set(60);
/// let (mut end, held) = io::pipe()?;
/// let mut command = Command::new("sh");
/// command.args(["-c", "sleep 1000 & exit 0"]).stdout(held);
/// let start = |command: &mut Command| WatchedChild::spawn(command);
/// let mut child = start(&mut command)?;
/// drop(command);
/// // It stands for a stranger's: a group of this number is there.
/// let group = Pid::from_raw(child.id().as_raw_nonzero().get());
/// waitpid(None, None)?;
///
/// let gone = Some(libc::ECHILD);
/// let error = child.signal_group(Sent::KILL).unwrap_err();
/// assert_eq!(error.raw_os_error(), gone);
/// assert_eq!(child.wait().unwrap_err().raw_os_error(), gone);
/// let error = child.stop(Duration::ZERO).unwrap_err();
/// assert_eq!(error.raw_os_error(), gone);
/// drop(child);
/// // Nobody has killed it, in a time that would do.
/// let mut polled = [PollFd::new(&end, PollFlags::IN)];
/// let time = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
/// let ended = poll(&mut polled, Some(&time))?;
/// killpg(group, Signal::SIGKILL)?;
/// assert_eq!(ended, 0);
/// assert_eq!(end.read(&mut [0])?, 0);
/// # io::Result::Ok(())
/// ```
struct AReapedChildIsNotSignalled;

/// The kernel reaps the children of a process that ignores SIGCHLD, so that
/// their numbers are not their own.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::pidfd::WatchedChild;
/// use ch03_processes::supervisor::{Policy, Supervisor};
/// use nix::sys::signal::{
///     SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction,
/// };
/// use std::process::Command;
/// use std::time::Duration;
///
/// extern "C" fn nothing(_: libc::c_int) {}
///
/// nix::unistd::alarm::set(60);
/// let ignored = (SigHandler::SigIgn, SaFlags::empty());
/// let no_wait = (SigHandler::Handler(nothing), SaFlags::SA_NOCLDWAIT);
/// for (handler, flags) in [ignored, no_wait] {
///     let action = SigAction::new(handler, flags, SigSet::empty());
///     // SAFETY: the handler does nothing.
///     unsafe { sigaction(Signal::SIGCHLD, &action) }?;
///     let error = ForkedChild::start(|| 0).unwrap_err();
///     assert!(error.to_string().contains("SIGCHLD"), "{error}");
///     let error = WatchedChild::spawn(&mut Command::new("true")).unwrap_err();
///     assert!(error.to_string().contains("SIGCHLD"), "{error}");
///     let error = Supervisor::new(Policy {
///         pause: Duration::ZERO,
///         longest: Duration::ZERO,
///         restarts: 0,
///         healthy: Duration::ZERO,
///     }).unwrap_err();
///     assert!(error.to_string().contains("SIGCHLD"), "{error}");
/// }
/// # std::io::Result::Ok(())
/// ```
struct SigchldIsNotIgnored;

/// A fork server without descriptors refuses a job, and keeps the others.
///
/// ```standalone_crate
/// use ch03_processes::fork_server::ForkServer;
/// use nix::sys::resource::{Resource, getrlimit, setrlimit};
/// use std::fs::File;
/// use std::io::{self, ErrorKind, Read, Write};
/// use std::os::fd::AsFd;
/// use std::thread;
/// use std::time::Duration;
///
/// nix::unistd::alarm::set(60);
/// let limit = Resource::RLIMIT_NOFILE;
/// let (soft, hard) = getrlimit(limit)?;
/// // A job costs two: there is none left for its line, or for its pidfd.
/// for few in [48, 49] {
///     setrlimit(limit, few, hard)?;
///     let server = ForkServer::start(|request, mut sent| match request {
///         b"end" => 7,
///         _ => {
///             File::from(sent.remove(0)).write_all(b"!").unwrap();
///             loop {
///                 thread::park();
///             }
///         }
///     })?;
///     setrlimit(limit, soft.max(256), hard)?;
///
///     let mut running = Vec::new();
///     loop {
///         let (mut said, to_us) = io::pipe()?;
///         let mut job = server.submit(b"sleep", &[to_us.as_fd()])?;
///         drop(to_us);
///         if said.read(&mut [0])? == 0 {
///             let error = job.wait().unwrap_err();
///             assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
///             break;
///         }
///         running.push(job);
///     }
///     assert!(running.len() > 10, "{}", running.len());
///     for job in &mut running {
///         assert_eq!(job.wait_timeout(Duration::from_millis(1))?, None);
///     }
///     // There is room again.
///     let mut job = running.pop().unwrap();
///     job.kill()?;
///     assert!(job.wait_timeout(Duration::from_secs(20))?.is_some());
///     drop(job);
///     let mut job = server.submit(b"end", &[])?;
///     let ended = job.wait_timeout(Duration::from_secs(20))?;
///     assert_eq!(ended.unwrap().code(), Some(7));
/// }
/// # io::Result::Ok(())
/// ```
struct AFullServerGoesOn;

/// A forked process has copies of what its parent holds, and nothing to kill.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::fork_server::ForkServer;
/// use ch03_processes::pidfd::WatchedChild;
/// use ch03_processes::supervisor::{Event, Policy, Supervisor};
/// use std::process::Command;
/// use std::thread;
/// use std::time::Duration;
///
/// nix::unistd::alarm::set(60);
/// let server = ForkServer::start(|_, _| loop { thread::park() })?;
/// let job = server.submit(b"", &[])?;
/// let watched = WatchedChild::spawn(Command::new("sleep").arg("1000"))?;
/// let mut supervisor = Supervisor::new(Policy {
///     pause: Duration::ZERO,
///     longest: Duration::ZERO,
///     restarts: 0,
///     healthy: Duration::ZERO,
/// })?;
/// let mut service = Command::new("sleep");
/// service.arg("1000");
/// supervisor.add("service", service);
/// let event = supervisor.next_event(Duration::from_secs(20))?;
/// assert_eq!(event, Some(Event::Started("service".into())));
///
/// let mut held = Some((watched, supervisor, job, server));
/// let mut child = ForkedChild::start(|| {
///     drop(held.take());
///     0
/// })?;
/// assert!(child.wait()?.success());
/// let (mut watched, mut supervisor, mut job, server) = held.unwrap();
/// let moment = Duration::from_millis(50);
/// assert_eq!(watched.wait_timeout(moment)?, None);
/// assert_eq!(supervisor.next_event(moment)?, None);
/// assert_eq!(job.wait_timeout(moment)?, None);
/// server.submit(b"", &[])?;
/// # std::io::Result::Ok(())
/// ```
struct CopiesKillNothing;

/// Dropping a job kills it, although another process has a copy of its line.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::fork_server::ForkServer;
/// use std::io::{self, Read};
/// use std::os::fd::AsFd;
/// use std::thread;
///
/// nix::unistd::alarm::set(60);
/// let server = ForkServer::start(|_, _sent| loop { thread::park() })?;
/// let (mut end, held) = io::pipe()?;
/// let job = server.submit(b"", &[held.as_fd()])?;
/// drop(held);
/// let _copy = ForkedChild::start(|| loop { thread::park() })?;
/// drop(job);
/// assert_eq!(end.read(&mut [0])?, 0);
/// # io::Result::Ok(())
/// ```
struct ADroppedJobIsKilled;

/// A time that ends beyond all clocks is no limit.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::fork_server::ForkServer;
/// use ch03_processes::pidfd::WatchedChild;
/// use ch03_processes::signals::Signals;
/// use ch03_processes::supervisor::{Event, Policy, Supervisor};
/// use nix::sys::signal::{Signal, raise};
/// use std::process::Command;
/// use std::time::Duration;
///
/// nix::unistd::alarm::set(60);
/// for time in [Duration::MAX, Duration::from_secs(1 << 62)] {
///     let server = ForkServer::start(|_, _| 3)?;
///     let ended = server.submit(b"", &[])?.wait_timeout(time)?;
///     assert_eq!(ended.unwrap().code(), Some(3));
///     let mut child = ForkedChild::start(|| 3)?;
///     let ended = child.wait_timeout(time)?;
///     assert_eq!(ended.unwrap().code(), Some(3));
///     let mut child = WatchedChild::spawn(&mut Command::new("true"))?;
///     assert!(child.wait_timeout(time)?.unwrap().success());
///     let mut sleep = Command::new("sleep");
///     let mut child = WatchedChild::spawn(sleep.arg("1000"))?;
///     let status = child.stop(time)?;
///     assert_eq!(status.to_string(), "signal: 15 (SIGTERM)");
///
///     let signals = Signals::block(&[Signal::SIGUSR1])?;
///     raise(Signal::SIGUSR1)?;
///     assert_eq!(signals.wait_timeout(time)?, Some(Signal::SIGUSR1));
///
///     let mut supervisor = Supervisor::new(Policy {
///         pause: time,
///         longest: time,
///         restarts: 1,
///         healthy: time,
///     })?;
///     supervisor.add("broken", Command::new("false"));
///     let event = supervisor.next_event(time)?;
///     assert_eq!(event, Some(Event::Started("broken".into())));
///     let event = supervisor.next_event(time)?;
///     assert!(matches!(event, Some(Event::Failed(..))));
///     let event = supervisor.next_event(Duration::from_millis(1))?;
///     assert_eq!(event, None);
///     supervisor.add("service", sleep);
///     let event = supervisor.next_event(time)?;
///     assert_eq!(event, Some(Event::Started("service".into())));
///     let ends = supervisor.stop(time)?;
///     assert_eq!(ends[0].1.to_string(), "signal: 15 (SIGTERM)");
/// }
/// # std::io::Result::Ok(())
/// ```
struct TimesMayBeVeryLong;

/// What the parent reads from its [`Signals`](crate::signals::Signals) still
/// ends a forked child.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::signals::Signals;
/// use nix::sys::signal::{Signal, kill};
/// use nix::unistd::Pid;
/// use std::thread;
/// use std::time::Duration;
///
/// nix::unistd::alarm::set(60);
/// let signals = Signals::block(&[Signal::SIGTERM])?;
/// let mut child = ForkedChild::start(|| loop { thread::park() })?;
/// kill(Pid::from_raw(child.pid()), Signal::SIGTERM)?;
/// let ended = child.wait_timeout(Duration::from_secs(10))?;
/// assert_eq!(ended.unwrap().to_string(), "signal: 15 (SIGTERM)");
/// # std::io::Result::Ok(())
/// ```
struct AForkedChildHearsSignals;

/// Ctrl-C in a terminal ends a job, and not the server.
///
/// ```standalone_crate
/// use ch03_processes::fork_server::ForkServer;
/// use nix::sys::signal::{SigHandler, Signal, kill, signal};
/// use nix::unistd::{Pid, getppid};
/// use std::fs::File;
/// use std::io::{self, Read, Write};
/// use std::os::fd::AsFd;
/// use std::process;
/// use std::thread;
/// use std::time::Duration;
///
/// nix::unistd::alarm::set(60);
/// // A shell starts what runs in its background with SIGINT ignored.
/// // SAFETY: no handler is set.
/// unsafe { signal(Signal::SIGINT, SigHandler::SigDfl)? };
/// let server = ForkServer::start(|_, mut sent| {
///     let ids = [getppid(), Pid::this()].map(|pid| pid.to_string());
///     let mut to_us = File::from(sent.remove(0));
///     to_us.write_all(ids.join(" ").as_bytes()).unwrap();
///     drop(to_us);
///     loop {
///         thread::park();
///     }
/// })?;
/// let submit = || {
///     let (mut said, to_us) = io::pipe()?;
///     let job = server.submit(b"", &[to_us.as_fd()])?;
///     drop(to_us);
///     let mut ids = String::new();
///     said.read_to_string(&mut ids)?;
///     let ids = ids.split(' ').map(|id| Pid::from_raw(id.parse().unwrap()));
///     io::Result::Ok((job, ids.collect::<Vec<_>>()))
/// };
/// let (mut job, ids) = submit()?;
/// assert_ne!(ids[0], Pid::this());
/// for id in ids {
///     kill(id, Signal::SIGINT)?;
/// }
/// let ended = job.wait_timeout(Duration::from_secs(20))?;
/// assert_eq!(ended.unwrap().to_string(), "signal: 2 (SIGINT)");
/// submit()?;
/// # io::Result::Ok(())
/// ```
struct TheServerIgnoresCtrlC;

/// Whoever may not be signalled is an error, and is not waited for. Only root
/// can become somebody who may not.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::pidfd::WatchedChild;
/// use ch03_processes::supervisor::{Policy, Supervisor};
/// use nix::unistd::{Uid, geteuid, setuid};
/// use std::io;
/// use std::process::Command;
/// use std::time::Duration;
///
/// if !geteuid().is_root() {
///     return Ok(());
/// }
/// nix::unistd::alarm::set(60);
/// let mut parent = ForkedChild::start(|| {
///     let mut supervisor = Supervisor::new(Policy {
///         pause: Duration::ZERO,
///         longest: Duration::ZERO,
///         restarts: 0,
///         healthy: Duration::ZERO,
///     }).unwrap();
///     // Each `cat` ends with this process, which holds the write end.
///     let (input, _held) = io::pipe().unwrap();
///     let mut cat = Command::new("cat");
///     cat.stdin(input.try_clone().unwrap());
///     supervisor.add("cat", cat);
///     supervisor.next_event(Duration::from_secs(20)).unwrap();
///     let mut cat = Command::new("cat");
///     let mut child = WatchedChild::spawn(cat.stdin(input)).unwrap();
///
///     setuid(Uid::from_raw(65_534)).unwrap();
///     let denied = Some(libc::EPERM);
///     let error = child.stop(Duration::ZERO).unwrap_err();
///     assert_eq!(error.raw_os_error(), denied);
///     drop(child);
///     let error = supervisor.stop(Duration::from_millis(1)).unwrap_err();
///     assert_eq!(error.raw_os_error(), denied);
///     drop(supervisor);
///     0
/// })?;
/// assert!(parent.wait()?.success());
/// # io::Result::Ok(())
/// ```
struct WhoMayNotBeSignalled;

/// Of a pool's call, too, a forked process has a copy that ends nothing and
/// takes nothing.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::process_pool::ProcessPool;
/// use ch03_processes::shared::Shared;
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use std::thread;
///
/// nix::unistd::alarm::set(60);
/// let (runs, go) = (Shared::<AtomicU32>::new()?, Shared::<AtomicU32>::new()?);
/// let pool = ProcessPool::new(2).chunk_size(1);
/// let mut results = Some(pool.imap(&[0, 1, 2, 3], |&n| {
///     runs.fetch_add(1, Relaxed);
///     while n > 0 && go.load(Relaxed) == 0 {
///         thread::yield_now();
///     }
///     n
/// })?);
/// let mut child = ForkedChild::start(|| {
///     let mut copy = results.take().unwrap();
///     i32::from(!copy.next().unwrap().is_err())
/// })?;
/// assert!(child.wait()?.success());
/// go.store(1, Relaxed);
/// let results: Result<Vec<_>, _> = results.unwrap().collect();
/// assert_eq!(results?, [0, 1, 2, 3]);
/// assert_eq!(runs.load(Relaxed), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct ACopiedCallEndsNothing;

/// A result that does not decode is charged to its task, and to no other.
///
/// ```standalone_crate
/// use ch03_processes::process_pool::{Death, Error, ProcessPool};
/// use ch03_processes::shared::SharedSlice;
/// use serde::{Deserialize, Serialize};
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use std::thread;
/// use std::time::Duration;
///
/// /// Postcard writes no names: without its first field, it is another.
/// #[derive(Serialize, Deserialize)]
/// struct Thumbnail {
///     #[serde(skip_serializing_if = "Option::is_none")]
///     width: Option<u32>,
///     kind: u8,
/// }
///
/// nix::unistd::alarm::set(60);
/// let runs = SharedSlice::<AtomicU32>::new(8)?;
/// let pool = ProcessPool::new(1).chunk_size(8);
/// let tasks = [0, 1, 2, 3, 4, 5, 6, 7];
/// let results = pool.imap(&tasks, |&n: &usize| {
///     runs[n].fetch_add(1, Relaxed);
///     // The pool reads the one before.
///     thread::sleep(Duration::from_millis(5));
///     Thumbnail { width: (n > 2).then_some(120), kind: 9 }
/// })?;
/// for (n, result) in results.enumerate() {
///     match result {
///         Ok(thumbnail) => assert!(n > 2 && thumbnail.width == Some(120)),
///         Err(Error::Task { task, death: Death::Rubbish(_), .. }) => {
///             assert!(n < 3 && task == n);
///         }
///         Err(error) => panic!("{error}"),
///     }
/// }
/// let runs: Vec<_> = runs.iter().map(|n| n.load(Relaxed)).collect();
/// assert_eq!(runs, [2, 2, 2, 1, 1, 1, 1, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct ARottenResultChargesItsTask;

/// A deadline passes for whoever asks seldom as well.
///
/// ```standalone_crate
/// use ch03_processes::process_pool::{Death, Error, ProcessPool};
/// use std::thread;
/// use std::time::{Duration, Instant};
///
/// nix::unistd::alarm::set(60);
/// let pool = ProcessPool::new(1).deadline(Duration::from_millis(200));
/// let stuck = pool.apply_async(|| loop { thread::park() })?;
/// let late = Instant::now() + Duration::from_secs(20);
/// while !stuck.ready()? {
///     assert!(Instant::now() < late);
///     thread::sleep(Duration::from_millis(100));
/// }
/// let result: Result<(), Error> = stuck.get();
/// let Err(Error::Task { death: Death::Deadline(_), .. }) = result else {
///     panic!("{result:?}");
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct ADeadlinePassesUnseen;

/// A call that is over stays over, and forks nobody.
///
/// ```standalone_crate
/// use ch03_processes::process_pool::{Death, Error, ProcessPool};
/// use ch03_processes::shared::Shared;
/// use std::process;
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// nix::unistd::alarm::set(60);
/// let starts = Shared::<AtomicU32>::new()?;
/// let pool = ProcessPool::new(1).initializer(|| {
///     starts.fetch_add(1, Relaxed);
///     process::exit(3)
/// });
/// let over = |error| match error {
///     Error::Start { death: Death::Exit(3), .. } => {}
///     other => panic!("{other}"),
/// };
/// let call = pool.apply_async(|| 7)?;
/// let error = loop {
///     match call.ready() {
///         Ok(ready) => assert!(!ready),
///         Err(error) => break error,
///     }
/// };
/// over(error);
/// for _ in 0..3 {
///     over(call.ready().unwrap_err());
/// }
/// over(call.get().unwrap_err());
/// assert_eq!(starts.load(Relaxed), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct WhatIsOverStaysOver;

/// What a worker has not sent when it dies is run once more, and a panic
/// loses nothing.
///
/// ```standalone_crate
/// use ch03_processes::process_pool::ProcessPool;
/// use ch03_processes::shared::SharedSlice;
/// use std::process;
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// nix::unistd::alarm::set(60);
/// let tasks = [0, 1, 2, 3, 4, 5, 6, 7];
/// let pool = ProcessPool::new(1).chunk_size(8);
/// let lost = [2, 2, 2, 2, 2, 2, 1, 1];
/// let kept = [1, 1, 1, 1, 1, 2, 1, 1];
/// let cases: [(bool, fn(), _); 3] =
///     [(true, || process::exit(3), lost),
///      (true, || panic!("as planned"), kept),
///      (false, || process::exit(3), kept)];
/// for (map, end, wanted) in cases {
///     let runs = SharedSlice::<AtomicU32>::new(8)?;
///     let run = |&n: &usize| {
///         if runs[n].fetch_add(1, Relaxed) == 0 && n == 5 {
///             end();
///         }
///         n
///     };
///     let results = match map {
///         true => pool.map(&tasks, run)?,
///         false => pool.imap(&tasks, run)?.collect::<Result<_, _>>()?,
///     };
///     assert_eq!(results, tasks);
///     let runs: Vec<_> = runs.iter().map(|n| n.load(Relaxed)).collect();
///     assert_eq!(runs, wanted);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct UnsentResultsAreMadeOnceMore;

/// What ends a call comes last, after the results that were there before it,
/// so that none has the place of another.
///
/// ```standalone_crate
/// use ch03_processes::process_pool::{Error, ProcessPool};
/// use std::sync::mpsc::channel;
/// use std::{fs, process, thread};
///
/// nix::unistd::alarm::set(60);
/// let photos = [0, 1, 2, 3, 4, 5];
/// let pool = ProcessPool::new(2).chunk_size(1);
/// let run = |&n: &usize| if n == 1 { process::exit(3) } else { n };
/// /// Until both are zombies. All that they sent is there by then.
/// fn wait(pids: Vec<i32>) {
///     let runs = |pid| {
///         let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
///         !stat.unwrap().contains(") Z ")
///     };
///     for pid in pids {
///         while runs(pid) {
///             thread::yield_now();
///         }
///     }
/// }
/// // Beside this thread nobody may be forked in place of the dead one.
/// let (to_thread, end) = channel::<()>();
/// let beside = || thread::spawn(move || end.recv());
///
/// let mut results = pool.imap(&photos, run)?;
/// let mut unordered = pool.imap_unordered(&photos, run)?;
/// wait(results.pids());
/// wait(unordered.pids());
/// let thread = beside();
///
/// let both: Vec<_> = photos.iter().zip(&mut results).collect();
/// assert!(matches!(both[..], [(0, Ok(0)), (1, Err(Error::System(_)))]));
/// assert!(results.next().is_none() && results.next().is_none());
///
/// let mut seen = Vec::new();
/// for n in 0..5 {
///     let (task, result) = unordered.next().unwrap()?;
///     assert_eq!(task, result);
///     seen.push(task);
/// }
/// seen.sort();
/// assert_eq!(seen, [0, 2, 3, 4, 5]);
/// assert!(matches!(unordered.next(), Some(Err(Error::System(_)))));
/// assert!(unordered.next().is_none() && unordered.next().is_none());
///
/// drop(to_thread);
/// thread.join().unwrap().unwrap_err();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct WhatEndsACallComesLast;

/// No panic's message is lost: the task's own is in the error, one in another
/// thread of it and one that it caught are on standard error.
///
/// ```standalone_crate
/// use ch03_processes::process_pool::{Death, Error, ProcessPool};
/// use std::io::{self, Read};
/// use std::panic::catch_unwind;
/// use std::thread;
///
/// nix::unistd::alarm::set(60);
/// let (mut reader, writer) = io::pipe()?;
/// let pool = ProcessPool::new(1).initializer(|| {
///     nix::unistd::dup2_stderr(&writer).unwrap();
/// });
/// let results = pool.imap(&["own", "thread", "caught"], |name| match *name {
///     "own" => panic!("of the task"),
///     "thread" => thread::scope(|s| {
///         s.spawn(|| panic!("of its thread"));
///     }),
///     _ => drop(catch_unwind(|| panic!("of no harm")).unwrap_err()),
/// })?;
/// let results: Vec<_> = results.collect();
/// drop(pool);
/// drop(writer);
/// let panic = |i: usize| match &results[i] {
///     Err(Error::Task { death: Death::Panic { message, location }, .. }) => {
///         (message.as_str(), location.as_deref().unwrap())
///     }
///     other => panic!("{other:?}"),
/// };
/// let here = concat!(file!(), ":");
/// let (message, location) = panic(0);
/// assert_eq!(message, "of the task");
/// assert!(location.starts_with(here), "{location}");
/// assert_eq!(panic(1).0, "a scoped thread panicked");
/// assert!(matches!(results[2], Ok(())));
/// let mut said = String::new();
/// reader.read_to_string(&mut said)?;
/// assert!(!said.contains("of the task"), "{said}");
/// assert_eq!(said.matches("of its thread").count(), 2, "{said}");
/// assert_eq!(said.matches("of no harm").count(), 1, "{said}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
struct NoPanicIsSilent;
