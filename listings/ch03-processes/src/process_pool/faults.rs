//! Breaks the pool's workers at every step, on purpose: the tests of
//! [`ProcessPool`], as functions that a program calls, since a test runner
//! has threads and may not fork.
//!
//! Each function answers what was not as promised, if anything.

use super::strike::{self, At};
use super::{Death, Error, Late, ProcessPool};
use crate::fork::{ForkedChild, REFUSE};
use crate::pidfd::ready;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigHandler, Signal, kill, raise, signal};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use serde::ser::{SerializeTuple, Serializer};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, PipeReader, Read, Write};
use std::iter;
use std::os::fd::{AsFd, AsRawFd};
use std::process;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// What happens to a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL: the out-of-memory killer, say.
    Kill,
    /// SIGSTOP: somebody attached a debugger and forgot it.
    Stop,
    /// SIGSEGV.
    Segv,
    /// `exit(3)`: a library that thinks that it is the program.
    Exit,
    /// A panic.
    Panic,
    /// A result that ends too early.
    Rubbish,
    /// It waits for ever.
    Stuck,
}

impl Fault {
    /// Strikes the process that calls it.
    pub(super) fn strike(self) {
        match self {
            Fault::Kill => drop(raise(Signal::SIGKILL)),
            // Killed while it is stopped, it never returns.
            Fault::Stop => drop(raise(Signal::SIGSTOP)),
            Fault::Segv => {
                // std's handler would take it for a question about its stack.
                // SAFETY: the default action is no handler.
                let default =
                    unsafe { signal(Signal::SIGSEGV, SigHandler::SigDfl) };
                let _ = default.and_then(|_| raise(Signal::SIGSEGV));
            }
            Fault::Exit => process::exit(3),
            Fault::Panic => panic!("as planned"),
            // See `Record`.
            Fault::Rubbish => {}
            Fault::Stuck => loop {
                std::thread::park();
            },
        }
    }
}

/// Those that strike at any step.
const FAULTS: [Fault; 5] = [
    Fault::Kill,
    Fault::Stop,
    Fault::Segv,
    Fault::Exit,
    Fault::Panic,
];

/// When it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// In the initializer.
    Start,
    /// In the middle of a task.
    Task,
    /// While the result is encoded.
    Encoding,
    /// While its frame is copied into the ring, the last piece or one before.
    Sending,
    /// After that, before the worker tells what it does next.
    Sent,
    /// When it has taken its first chunk, and has not told which.
    Claimed,
}

/// A plan: what happens to which task, when and how often.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    fault: Fault,
    step: Step,
    /// To the first worker at this task, or to each of them.
    always: bool,
    task: usize,
    chunk: usize,
    /// The bytes of that task's result.
    bytes: usize,
    /// In `map`, whose workers send many results at once, or in
    /// `imap_unordered`.
    map: bool,
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64) -> impl Iterator<Item = Plan> {
        const STEPS: [Step; 4] =
            [Step::Start, Step::Task, Step::Encoding, Step::Sending];
        let mut random = fastrand::Rng::with_seed(seed);
        // Twenty of them are all pairs once.
        (0..).map(move |i| Plan {
            fault: FAULTS[i % 5],
            step: STEPS[i / 5 % 4],
            always: random.bool(),
            task: random.usize(..TASKS),
            chunk: random.usize(1..5),
            bytes: [0, 100, 300_000][random.usize(..3)],
            map: random.bool(),
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What was not as the pool promises.
    pub fn run(self) -> Result<(), String> {
        let left = leftovers();
        let result = self.strike_once().map_err(|e| format!("{self:?}: {e}"));
        result.and_then(|()| left.unchanged(&format!("{self:?}")))
    }

    fn explains(self, death: &Death) -> bool {
        match self.fault {
            Fault::Kill => *death == Death::Signal(libc::SIGKILL),
            Fault::Stop => *death == Death::Stopped(libc::SIGSTOP),
            Fault::Segv => *death == Death::Signal(libc::SIGSEGV),
            Fault::Exit => *death == Death::Exit(3),
            // The ring is the pool's own, and does not panic unless struck.
            Fault::Panic if self.step == Step::Sending => {
                *death == Death::Exit(101)
            }
            Fault::Panic => match death {
                Death::Panic { message, location } => {
                    let here = |at: &String| at.starts_with(file!());
                    message == "as planned"
                        && location.as_ref().is_some_and(here)
                }
                _ => false,
            },
            Fault::Rubbish => matches!(death, Death::Rubbish(_)),
            Fault::Stuck => matches!(death, Death::Deadline(_)),
        }
    }

    fn strike_once(self) -> Result<(), String> {
        let strikes = tokens(if self.always { 100 } else { 1 });
        let struck = || (&strikes).read(&mut [0]).is_ok_and(|n| n == 1);
        let pool = ProcessPool::new(2).chunk_size(self.chunk);
        let pool = match self.fault {
            // Long enough for an innocent task on a busy machine.
            Fault::Stuck => pool.deadline(Duration::from_millis(500)),
            _ => pool,
        };
        let pool = pool.initializer(|| match self.step {
            Step::Start if struck() => self.fault.strike(),
            Step::Claimed if struck() => {
                strike::arm(At::Claimed, self.fault);
            }
            _ => {}
        });
        let tasks: Vec<usize> = (0..TASKS).collect();
        let run = |&task: &usize| {
            let mut record = Record {
                task,
                bytes: vec![task as u8],
            };
            if task == self.task {
                record.bytes = vec![task as u8; self.bytes];
                let begun = [Step::Start, Step::Claimed].contains(&self.step);
                if !begun && struck() {
                    match (self.step, self.fault) {
                        (Step::Start | Step::Claimed, _) => {}
                        (_, Fault::Rubbish) => record.task = TASKS,
                        (Step::Task, fault) => fault.strike(),
                        (Step::Encoding, fault) => {
                            strike::arm(At::Encoding, fault);
                        }
                        (Step::Sent, fault) => strike::arm(At::Sent, fault),
                        (Step::Sending, fault) => {
                            let pieces = 1 + self.bytes as u32 / 40_000;
                            strike::arm(At::Piece(pieces), fault);
                        }
                    }
                }
            }
            record
        };
        let late = Instant::now() + Duration::from_secs(20);
        let results: Vec<_> = if self.map {
            match pool.map(&tasks, run) {
                Ok(records) => {
                    records.into_iter().enumerate().map(Ok).collect()
                }
                Err(error) => vec![Err(error)],
            }
        } else {
            let results = pool.imap_unordered(&tasks, run);
            let mut results = results.map_err(|e| e.to_string())?;
            let next = || results.next_until(Some(late)).transpose();
            let all: Result<_, Late> = iter::from_fn(next).collect();
            all.map_err(|late| late.to_string())?
        };
        let mut delivered = [0; TASKS];
        let ends = self.always && self.step == Step::Start;
        for result in results {
            match result {
                Ok((task, record)) => {
                    delivered[task] += 1;
                    let right = record.bytes.iter().all(|b| *b == task as u8);
                    if record.task != task || !right {
                        return Err(format!("a wrong result for {task}"));
                    }
                    if self.always && task == self.task {
                        return Err("it cannot have a result".into());
                    }
                }
                Err(Error::Task { task, death, pid })
                    if self.always
                        && task == self.task
                        && pid > 0
                        && self.explains(&death) =>
                {
                    delivered[task] += 1;
                    if self.map {
                        return Ok(());
                    }
                }
                Err(Error::Start { death, .. })
                    if ends && self.explains(&death) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        match delivered == [1; TASKS] && !ends {
            true => Ok(()),
            false => Err(format!("delivered {delivered:?}")),
        }
    }
}

/// The tasks of a plan.
const TASKS: usize = 12;

/// A task that never ends, and one whose results cannot be read: the pool has
/// to notice both by itself.
///
/// # Errors
///
/// What was not as the pool promises.
pub fn noticed_by_the_pool() -> Result<u32, String> {
    let mut struck = 0;
    for fault in [Fault::Rubbish, Fault::Stuck] {
        for always in [false, true] {
            let step = Step::Task;
            let plan = Plan {
                fault,
                step,
                always,
                task: 5,
                chunk: 3,
                bytes: 9,
                map: false,
            };
            plan.run()?;
            Plan { map: true, ..plan }.run()?;
            struck += 2;
        }
    }
    Ok(struck)
}

/// Workers that die between two tasks: what they hold then is known to the
/// pool alone, or not even to it.
///
/// # Errors
///
/// What was not as the pool promises.
pub fn between_two_tasks() -> Result<u32, String> {
    let mut struck = 0;
    for step in [Step::Sent, Step::Claimed] {
        for fault in FAULTS {
            let plan = Plan {
                fault,
                step,
                always: false,
                task: 5,
                chunk: 3,
                bytes: 9,
                map: false,
            };
            plan.run()?;
            Plan { map: true, ..plan }.run()?;
            struck += 2;
        }
    }
    Ok(struck)
}

/// A task's result. With a task that there is not, it ends too early.
#[derive(Deserialize)]
#[serde(from = "(usize, Vec<u8>)")]
struct Record {
    task: usize,
    bytes: Vec<u8>,
}

impl From<(usize, Vec<u8>)> for Record {
    fn from((task, bytes): (usize, Vec<u8>)) -> Self {
        Record { task, bytes }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut pair = to.serialize_tuple(2)?;
        pair.serialize_element(&self.task)?;
        strike::at(At::Encoding);
        if self.task < TASKS {
            pair.serialize_element(&self.bytes)?;
        }
        pair.end()
    }
}

/// Limits on descriptors, from none to more than enough: a call is refused, or
/// it is not and succeeds. How many limits that were.
///
/// # Errors
///
/// What was not as the pool promises.
pub fn no_descriptors() -> Result<u32, String> {
    // A limit is on the number of a descriptor: no lower one may be free.
    let highest = leftovers().descriptors.last().copied().unwrap_or(2);
    let mut fill = Vec::new();
    loop {
        let file = File::open("/dev/null").map_err(|e| e.to_string())?;
        if file.as_raw_fd() as u64 > highest {
            break;
        }
        fill.push(file);
    }
    let left = leftovers();
    let (soft, hard) = limit(Resource::RLIMIT_NOFILE)?;
    let mut refused = 0;
    let mut enough = false;
    const LIMITS: u32 = 16;
    for more in 0..LIMITS {
        set_limit(
            Resource::RLIMIT_NOFILE,
            highest + 1 + u64::from(more),
            hard,
        )?;
        let result = squares(&ProcessPool::new(2));
        set_limit(Resource::RLIMIT_NOFILE, soft, hard)?;
        match result {
            Ok(squares) if squares == [0, 1, 4, 9] => enough = true,
            Err(Error::System(error))
                if error.raw_os_error() == Some(libc::EMFILE) =>
            {
                refused += 1;
            }
            other => return Err(format!("no descriptors: {other:?}")),
        }
        left.unchanged("no descriptors")?;
    }
    // One worker is enough, should it be done before the other is forked.
    match enough && refused >= 2 {
        true => Ok(LIMITS),
        false => Err(format!("no descriptors: refused {refused} times")),
    }
}

/// The n-th fork is refused with `EAGAIN`, n from the first worker to the one
/// that replaces a dead one: how often that was.
///
/// # Errors
///
/// What was not as the pool promises.
pub fn no_processes() -> Result<u32, String> {
    let left = leftovers();
    for n in 1..=3 {
        REFUSE.store(n, Relaxed);
        let pool = ProcessPool::new(2).chunk_size(1);
        let result = pool.map(&[1, 2, 3], |&i| {
            if i == 2 {
                Fault::Kill.strike();
            }
            i
        });
        REFUSE.store(0, Relaxed);
        match result {
            Err(Error::System(error))
                if error.raw_os_error() == Some(libc::EAGAIN) => {}
            other => return Err(format!("no processes: {other:?}")),
        }
        left.unchanged("no processes")?;
    }
    Ok(3)
}

/// `/dev/shm` is full, in a mount namespace of its own: the pool does not
/// need it. `None` if this system does not allow such a namespace.
///
/// # Errors
///
/// What was not as the pool promises.
pub fn full_shared_memory() -> Result<Option<u32>, String> {
    let left = leftovers();
    let mut child = ForkedChild::start(|| match fill() {
        Err(_) => NOT_HERE,
        Ok(_full) => {
            let squares = squares(&ProcessPool::new(2));
            i32::from(squares.is_ok_and(|all| all == [0, 1, 4, 9])) ^ 1
        }
    })
    .map_err(|e| e.to_string())?;
    let status = child.wait().map_err(|e| e.to_string())?;
    drop(child);
    left.unchanged("/dev/shm full")?;
    match status.code() {
        Some(0) => Ok(Some(1)),
        Some(NOT_HERE) => Ok(None),
        _ => Err(format!("/dev/shm full: {status}")),
    }
}

/// A child's exit status: the system does not allow it to try.
const NOT_HERE: i32 = 2;

/// Puts a small file system of this process's own over `/dev/shm`, and fills
/// it.
fn fill() -> Result<File, Box<dyn std::error::Error>> {
    let spaces = CloneFlags::CLONE_NEWNS;
    if unshare(spaces).is_err() {
        unshare(spaces | CloneFlags::CLONE_NEWUSER)?;
    }
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private)?;
    mount("none", "/dev/shm", "tmpfs", MountFlags::NOSUID, c"size=16k")?;
    let mut file = File::create("/dev/shm/full")?;
    let page = [1; 4096];
    loop {
        match file.write(&page) {
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::StorageFull => break,
            Err(e) => return Err(e.into()),
        }
    }
    Ok(file)
}

/// A call is dropped while its tasks run and one worker is stopped: how many
/// workers were ended.
///
/// # Errors
///
/// What was not as the pool promises.
pub fn dropped_in_mid_job() -> Result<u32, String> {
    let left = leftovers();
    let pool = ProcessPool::new(2).chunk_size(1);
    let tasks = [Fault::Rubbish, Fault::Stuck, Fault::Stop];
    let mut results = pool
        .imap_unordered(&tasks, |fault| fault.strike())
        .map_err(|e| e.to_string())?;
    let first = results.next();
    let workers = results.pids().len() as u32;
    drop(results);
    left.unchanged("dropped")?;
    match first {
        Some(Ok((0, ()))) => Ok(workers),
        other => Err(format!("dropped: {other:?}")),
    }
}

/// The pool's own process is killed while its workers run: no worker
/// survives. This process takes orphans in to see it, and reaps them: how
/// many workers there were.
///
/// # Errors
///
/// A worker was alive after two seconds.
pub fn parent_killed() -> Result<u32, String> {
    let text = |e: io::Error| e.to_string();
    let this = Some(rustix::process::getpid());
    rustix::process::set_child_subreaper(this).map_err(|e| e.to_string())?;
    let left = leftovers();
    // Whoever lives holds a copy of the write end.
    let (mut lives, alive) = io::pipe().map_err(text)?;
    let mut parent = ForkedChild::start(|| {
        let work = |_: &u32| {
            let told = (&alive).write_all(&process::id().to_ne_bytes());
            told.expect("somebody reads");
            Fault::Stuck.strike();
        };
        let pool = ProcessPool::new(2);
        pool.map(&[1, 2], work).map_or(1, |_| 0)
    })
    .map_err(text)?;
    drop(alive);
    let mut pids = [[0; 4]; 2];
    let told = lives.read_exact(pids.as_flattened_mut());
    parent.kill().map_err(text)?;
    parent.wait().map_err(text)?;
    drop(parent);
    told.map_err(text)?;
    let ended = ends_within(&mut lives, Duration::from_secs(2));
    drop(lives);
    if !matches!(ended, Ok(true)) {
        // Not even a pool that breaks its promise leaves them here. They are
        // this process's own by now, so that the numbers are theirs.
        for pid in pids.map(i32::from_ne_bytes) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
    // Each end of file comes before its zombie is there to be reaped.
    let deadline = Instant::now() + Duration::from_secs(2);
    let mut orphans = 0;
    while Instant::now() < deadline {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::ECHILD) => break,
            Ok(status) if status.pid().is_some() => orphans += 1,
            _ => std::thread::yield_now(),
        }
    }
    left.unchanged("parent killed")?;
    match ended.map_err(text)? {
        true if orphans == 2 => Ok(orphans),
        other => Err(format!("parent killed: {other}, {orphans} orphans")),
    }
}

/// Does the other end of the pipe close within `limit`?
fn ends_within(pipe: &mut PipeReader, limit: Duration) -> io::Result<bool> {
    let closed = ready(&[pipe.as_fd()], Some(Instant::now() + limit))?[0];
    Ok(closed && pipe.read(&mut [0; 8])? == 0)
}

fn squares(pool: &ProcessPool<'_>) -> Result<Vec<u32>, Error> {
    pool.map(&[0, 1, 2, 3], |n| n * n)
}

/// A pipe that answers so many reads with a byte, whoever reads.
fn tokens(n: usize) -> PipeReader {
    let (tokens, mut writer) = io::pipe().expect("there are descriptors");
    let all = vec![b't'; n];
    writer.write_all(&all).expect("they fit into a pipe");
    tokens
}

fn limit(resource: Resource) -> Result<(u64, u64), String> {
    getrlimit(resource).map_err(|e| e.to_string())
}

fn set_limit(resource: Resource, soft: u64, hard: u64) -> Result<(), String> {
    setrlimit(resource, soft, hard).map_err(|e| e.to_string())
}

/// The open descriptors of this process.
struct Leftovers {
    descriptors: Vec<u64>,
}

fn leftovers() -> Leftovers {
    let names = fs::read_dir("/proc/self/fd").expect("/proc is mounted");
    let mut descriptors: Vec<u64> = names
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    // The one that read this list is gone.
    descriptors.retain(|fd| {
        fs::exists(format!("/proc/self/fd/{fd}")).is_ok_and(|there| there)
    });
    descriptors.sort_unstable();
    Leftovers { descriptors }
}

impl Leftovers {
    /// No descriptor more than then, and no child.
    fn unchanged(&self, when: &str) -> Result<(), String> {
        let now = leftovers().descriptors;
        if now != self.descriptors {
            let then = &self.descriptors;
            return Err(format!("{when}: descriptors {then:?}, now {now:?}"));
        }
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::ECHILD) => Ok(()),
            child => Err(format!("{when}: a child is left: {child:?}")),
        }
    }
}
