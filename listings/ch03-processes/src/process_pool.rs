//! A pool of processes: `multiprocessing.Pool` with the `fork` start method,
//! which outlives its workers.
//!
//! A call forks its workers. They have the function and the items in their
//! copy of the memory, so that neither is sent; a worker takes an index from a
//! counter in shared memory, and sends the result back in a frame
//! ([`frame`](crate::frame)) through a ring of bytes, in shared memory as
//! well. In `map` and `starmap`, where nobody sees a result before the last
//! one, a frame holds all results of a chunk, or a kilobyte of them. While
//! there is work to do and room in the ring, a task costs no system call.
//!
//! # When a worker dies
//!
//! *Who holds which chunk.* A worker writes what it is at into its own slot
//! of the shared memory, before it does it: `Claiming`, then the counter's
//! `fetch_add`; `Holding(task)`, then the task. The kernel runs a worker's
//! instructions up to some one and no further, so that what stands in the
//! slot after the death is where it died. The pool reads it when it has
//! reaped the worker.
//!
//! *How the pool knows.* It sleeps in poll(2) on a pidfd for each worker, and
//! sees an end at once: a signal, an `exit`, a panic. A worker that is
//! stopped does not make its pidfd readable, so that the pool looks at each,
//! every 20 ms, with waitid(2) and `WSTOPPED`: one that was stopped two looks
//! in a row is killed. So is one that is at one task for longer than the
//! [deadline](ProcessPool::deadline), and one that sends what is no frame.
//! From there on it has died like any other. One whose frame is sound, and
//! whose result does not decode, is not killed, since it is at another task
//! by then: it is asked to end when it has run its chunk.
//!
//! *What became of its results.* All that it published stands in its ring, in
//! memory that does not die with it, and is read to the end: the end of what
//! it wrote, or the first bytes that are no frame. A frame that is not
//! complete is discarded, and in `map` so are the results of the chunk that it
//! has not sent yet; before a panic is told they are sent. The pool alone
//! writes down which tasks have been delivered, so that none is delivered
//! twice.
//!
//! *What is run again.* The task that it held is charged with the death, and
//! each task whose result does not decode is charged with that. One that died
//! while it sent a frame holds the task that it ran last. A new worker gets
//! what has not been delivered of that chunk, sends each result at once, and
//! only then takes from the counter. A task that is charged for the second
//! time is not run again: its result is [`Error::Task`], with the process and
//! the way it ended, and the rest of the chunk goes to a new worker. A worker
//! that died while `Claiming` may have taken a chunk that its slot does not
//! name. Nobody is charged; when the counter has come to its end and the
//! workers have gone, what has not been delivered is handed out once more. A
//! worker that dies before its first task, in the initializer say, is replaced
//! once; if its successor does the same, the call ends with [`Error::Start`].
//!
//! So every task is delivered exactly once, as a result or as an error, and
//! *may run twice*, or in part and then once more: it should be idempotent.
//! It is not begun a third time, but for two cases: in `map` its first result
//! was lost with others of its chunk, and its second worker died of it; or a
//! worker has written over its ring, and sound results behind that were lost.
//!
//! *Who waits.* The pool never waits for a worker without a limit of 20 ms,
//! after which it looks at all of them. It is woken at once by the last
//! result of a chunk; one from the middle of a chunk that comes in the very
//! moment in which the pool falls asleep is delivered with the next, or at
//! that look. It does wait for a task that runs for
//! ever, unless there is a deadline. A worker waits for the pool, without a
//! limit, when its ring is full; if the pool's process dies, the kernel kills
//! the workers (`PR_SET_PDEATHSIG`). Dropping a call that is not complete
//! kills its workers and reaps them.
//!
//! What it does not protect from: a task that writes over the shared memory
//! on purpose; a result type whose `Deserialize` in the parent panics or
//! hangs; processes that a task has started itself.

mod board;
mod clock;
mod crew;
pub mod faults;
mod panics;
mod protocol;
mod strike;

use crate::frame::add_entry;
use crew::{Crew, Drive, Outbox, Task};
use protocol::Wanted;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::iter::FusedIterator;
use std::mem;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

/// How a worker came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// By this signal: 9 is SIGKILL, 11 SIGSEGV.
    Signal(i32),
    /// With this exit status, in the middle of its work.
    Exit(i32),
    /// Its task panicked, or its result could not be written.
    Panic {
        /// What was said.
        message: String,
        /// The file and the line, for a panic that says so.
        location: Option<String>,
    },
    /// This signal stopped it, and the pool killed it.
    Stopped(i32),
    /// It was at one task for longer than this, and the pool killed it.
    Deadline(Duration),
    /// It sent what is no frame, and the pool killed it; or a result that
    /// does not decode, and the pool ended it after its chunk.
    Rubbish(String),
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |n: i32| {
            let signal = nix::sys::signal::Signal::try_from(n);
            signal.map_or(format!("signal {n}"), |s| s.to_string())
        };
        match self {
            Death::Signal(n) => write!(f, "was killed by {}", name(*n)),
            Death::Exit(status) => write!(f, "exited with {status}"),
            Death::Panic { message, location } => {
                write!(f, "panicked: {message}")?;
                location.iter().try_for_each(|at| write!(f, ", at {at}"))
            }
            Death::Stopped(n) => write!(f, "was stopped by {}", name(*n)),
            Death::Deadline(limit) => write!(f, "took over {limit:?}"),
            Death::Rubbish(what) => write!(f, "sent rubbish: {what}"),
        }
    }
}

impl From<ExitStatus> for Death {
    fn from(status: ExitStatus) -> Self {
        match status.signal() {
            Some(signal) => Death::Signal(signal),
            None => Death::Exit(status.code().unwrap_or_default()),
        }
    }
}

/// Why there is no result.
#[derive(Debug)]
pub enum Error {
    /// This task was run twice, and each time its worker died of it or its
    /// result did not decode.
    Task {
        /// The task's index.
        task: usize,
        /// The process that ran it the second time.
        pid: i32,
        /// How that one ended. One that sent a result that does not decode
        /// ([`Death::Rubbish`]) went on with its chunk.
        death: Death,
    },
    /// Two workers, the second in place of the first, died before they held
    /// a task. The call is over.
    Start {
        /// The process of the second one.
        pid: i32,
        /// How that one ended.
        death: Death,
    },
    /// The system refused a process, memory or a descriptor, or this process
    /// has more than one thread. The call is over.
    System(io::Error),
}

impl Error {
    /// The same once more.
    fn copy(&self) -> Error {
        match self {
            Error::Task { task, pid, death } => Error::Task {
                task: *task,
                pid: *pid,
                death: death.clone(),
            },
            Error::Start { pid, death } => Error::Start {
                pid: *pid,
                death: death.clone(),
            },
            Error::System(error) => Error::System(match error.raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number),
                None => io::Error::new(error.kind(), error.to_string()),
            }),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Task { task, pid, death } => {
                write!(f, "task {task}: its worker, pid {pid}, {death}")
            }
            Error::Start { pid, death } => {
                write!(f, "a worker, pid {pid}, before any task: {death}")
            }
            Error::System(error) => write!(f, "pool: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::System(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::System(error)
    }
}

/// How a pool's workers are to be.
#[derive(Clone)]
struct Settings<'a> {
    workers: usize,
    chunk: Option<usize>,
    most: Option<usize>,
    deadline: Option<Duration>,
    start: Option<Rc<dyn Fn() + 'a>>,
}

/// A pool of worker processes. A call forks them; between calls there are
/// none. For the protocol, and for what happens when a worker dies, see the
/// [module](self).
///
/// This process may have one thread only, whenever a worker is forked: when a
/// call begins, and when a worker has to be replaced.
///
/// # Examples
///
/// ```standalone_crate
/// use ch03_processes::process_pool::ProcessPool;
///
/// let pool = ProcessPool::new(2);
/// let lengths = pool.map(&["one", "three"], |name| name.len())?;
/// assert_eq!(lengths, [3, 5]);
///
/// // A task that kills its worker is run once more, and then reported.
/// let mut results = pool.imap(&[1, 0, 2], |&n| {
///     if n == 0 { std::process::exit(3) }
///     n * 10
/// })?;
/// assert_eq!(results.next().unwrap()?, 10);
/// let error = results.next().unwrap().unwrap_err();
/// assert!(error.to_string().ends_with("exited with 3"), "{error}");
/// assert_eq!(results.next().unwrap()?, 20);
/// assert!(results.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ProcessPool<'a> {
    settings: Settings<'a>,
    running: RefCell<Vec<Weak<RefCell<dyn Drive + 'a>>>>,
}

impl<'a> ProcessPool<'a> {
    /// A pool of so many workers. None of them is there yet.
    ///
    /// # Panics
    ///
    /// `workers` is 0.
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "a pool needs a worker");
        ProcessPool {
            settings: Settings {
                workers,
                chunk: None,
                most: None,
                deadline: None,
                start: None,
            },
            running: RefCell::default(),
        }
    }

    /// What each worker runs before its first task: Python's `initializer`.
    pub fn initializer(mut self, start: impl Fn() + 'a) -> Self {
        self.settings.start = Some(Rc::new(start));
        self
    }

    /// A worker ends after the chunk in which it has run so many tasks, and
    /// a new one takes its place: Python's `maxtasksperchild`, which counts
    /// chunks.
    pub fn max_tasks_per_child(mut self, tasks: usize) -> Self {
        self.settings.most = Some(tasks.max(1));
        self
    }

    /// How many tasks a worker takes at once. Unless told, it is a quarter of
    /// a worker's even share in `map` and `starmap`, and 1 elsewhere.
    pub fn chunk_size(mut self, tasks: usize) -> Self {
        self.settings.chunk = Some(tasks.max(1));
        self
    }

    /// How long a worker may be at one task, in wall time, or at its start.
    /// The pool looks while it is being waited for, and at each call of
    /// [`AsyncResult::ready`]: the time counts from the first look that finds
    /// the worker at this task. While the program is stopped, by Ctrl-Z say,
    /// the time counts only if nobody was waiting for the pool. Nor does time
    /// in which this process had no CPU, up to so much again: on a machine, or
    /// in a container, that is short of CPUs a deadline passes after at most
    /// twice its length.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.settings.deadline = Some(limit);
        self
    }

    /// The results of all items, in their order.
    ///
    /// # Errors
    ///
    /// The first error to come; all workers are ended then. To have the
    /// results of the other tasks as well, use [`ProcessPool::imap`].
    pub fn map<T, R>(
        &self,
        items: &[T],
        f: impl Fn(&T) -> R,
    ) -> Result<Vec<R>, Error>
    where
        R: Serialize + DeserializeOwned,
    {
        let share = items.len().div_ceil(4 * self.settings.workers);
        let mut crew: Crew<'_, Places<R>> =
            self.crew(items, f, share.max(1), Wanted::Bulk)?;
        // After the fork: memory that both have is copied when it is written.
        crew.out.results.resize_with(items.len(), || None);
        while !crew.over() {
            crew.turn(None)?;
            if let Some(error) = crew.out.error.take() {
                return Err(error);
            }
        }
        let all = mem::take(&mut crew.out.results).into_iter();
        Ok(all.map(|r| r.expect("each was settled")).collect())
    }

    /// As [`ProcessPool::map`], for a function of two arguments.
    ///
    /// # Errors
    ///
    /// As for [`ProcessPool::map`].
    pub fn starmap<A, B, R>(
        &self,
        items: &[(A, B)],
        f: impl Fn(&A, &B) -> R,
    ) -> Result<Vec<R>, Error>
    where
        R: Serialize + DeserializeOwned,
    {
        self.map(items, |(a, b)| f(a, b))
    }

    /// The results in the order of the items, each as soon as it and those
    /// before it are there. The workers run on while the iterator is not
    /// asked, until their rings are full. Dropping it ends them.
    ///
    /// # Errors
    ///
    /// The first workers cannot be started.
    pub fn imap<'b, T, R>(
        &self,
        items: &'b [T],
        f: impl Fn(&T) -> R + 'b,
    ) -> Result<Ordered<'b, R>, Error>
    where
        'a: 'b,
        R: Serialize + DeserializeOwned,
    {
        let results = self.imap_unordered(items, f)?;
        Ok(Ordered {
            results,
            next: 0,
            early: BTreeMap::new(),
        })
    }

    /// The results as they come, with the index of the item.
    ///
    /// # Errors
    ///
    /// The first workers cannot be started.
    pub fn imap_unordered<'b, T, R>(
        &self,
        items: &'b [T],
        f: impl Fn(&T) -> R + 'b,
    ) -> Result<Unordered<'b, R>, Error>
    where
        'a: 'b,
        R: Serialize + DeserializeOwned,
    {
        Ok(Unordered {
            crew: self.crew(items, f, 1, Wanted::Any)?,
            end: None,
        })
    }

    /// Runs `f` in a worker of its own. If as many as the pool may have are
    /// at work for earlier calls of this, waits until one of them is done.
    ///
    /// # Errors
    ///
    /// The worker cannot be started.
    pub fn apply_async<R>(
        &self,
        f: impl Fn() -> R + 'a,
    ) -> Result<AsyncResult<'a, R>, Error>
    where
        R: Serialize + DeserializeOwned + 'a,
    {
        loop {
            let mut running = self.running.borrow_mut();
            running.retain(|weak| {
                weak.upgrade().is_some_and(|crew| !crew.borrow().done())
            });
            if running.len() < self.settings.workers {
                break;
            }
            let all: Vec<_> =
                running.iter().filter_map(Weak::upgrade).collect();
            drop(running);
            crew::wait_for_one(&all)?;
        }
        let mut settings = self.settings.clone();
        settings.workers = 1;
        let run = encoded(move |_| f());
        let crew = Crew::start(settings, 1, 1, Wanted::Any, run)?;
        let crew = Rc::new(RefCell::new(crew));
        let weak = Rc::downgrade(&crew) as Weak<RefCell<dyn Drive + 'a>>;
        self.running.borrow_mut().push(weak);
        Ok(AsyncResult { crew })
    }

    fn crew<'b, T, O: Outbox>(
        &self,
        items: &'b [T],
        f: impl Fn(&T) -> O::Value + 'b,
        chunk: usize,
        wanted: Wanted,
    ) -> Result<Crew<'b, O>, Error>
    where
        'a: 'b,
        O::Value: Serialize,
    {
        let chunk = self.settings.chunk.unwrap_or(chunk);
        let settings: Settings<'b> = self.settings.clone();
        let run = encoded(move |task: usize| f(&items[task]));
        Crew::start(settings, items.len(), chunk, wanted, run)
    }
}

/// What a worker does with a task: run it, and write its entry.
fn encoded<'b, R: Serialize>(f: impl Fn(usize) -> R + 'b) -> Task<'b> {
    Rc::new(move |task, frame| add_entry(&f(task), frame))
}

/// All results in their places, or the first error.
struct Places<R> {
    results: Vec<Option<R>>,
    error: Option<Error>,
}

impl<R> Default for Places<R> {
    fn default() -> Self {
        Places {
            results: Vec::new(),
            error: None,
        }
    }
}

impl<R: DeserializeOwned> Outbox for Places<R> {
    type Value = R;

    fn put(&mut self, task: usize, result: Result<R, Error>) {
        match result {
            Ok(value) => self.results[task] = Some(value),
            Err(error) => drop(self.error.get_or_insert(error)),
        }
    }
}

/// Results that nobody has asked for yet, as they came.
type Queue<R> = VecDeque<(usize, Result<R, Error>)>;

impl<R: DeserializeOwned> Outbox for Queue<R> {
    type Value = R;

    fn put(&mut self, task: usize, result: Result<R, Error>) {
        self.push_back((task, result));
    }
}

/// Nothing has come until a deadline. There may be more to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late;

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no result yet")
    }
}

impl std::error::Error for Late {}

/// The results of a call, as they come. Dropping it ends the call.
///
/// An error that is not [`Error::Task`] ends the call. It is the last thing
/// to come: what was there before it comes first, and after it nothing.
pub struct Unordered<'a, R> {
    crew: Crew<'a, Queue<R>>,
    end: Option<End>,
}

/// There is no more to come, but for this.
enum End {
    Failed(Error),
    Told,
}

impl<R: DeserializeOwned> Unordered<'_, R> {
    /// Waits for the next result until `deadline`; `None` if there are none
    /// any more.
    ///
    /// # Errors
    ///
    /// The outer one: it is late. The inner one: as of the iterator.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::process_pool::{Late, ProcessPool};
    /// use std::thread;
    /// use std::time::{Duration, Instant};
    ///
    /// let pool = ProcessPool::new(1);
    /// let park = || loop { thread::park() };
    /// let mut results =
    ///     pool.imap(&[7, 8], |&n| if n == 8 { park() } else { n })?;
    /// assert!(matches!(results.next_until(None), Ok(Some(Ok(7)))));
    /// let soon = Instant::now() + Duration::from_millis(10);
    /// assert!(matches!(results.next_until(Some(soon)), Err(Late)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[expect(clippy::type_complexity, reason = "it says three things")]
    pub fn next_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Option<Result<(usize, R), Error>>, Late> {
        Ok(self.settled_until(deadline)?.map(|next| match next {
            Next::Task(task, result) => result.map(|value| (task, value)),
            Next::Failed(error) => Err(error),
        }))
    }

    fn settled_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Option<Next<R>>, Late> {
        loop {
            if let Some((task, result)) = self.crew.out.pop_front() {
                return Ok(Some(Next::Task(task, result)));
            }
            match self.end.replace(End::Told) {
                Some(End::Failed(error)) => {
                    return Ok(Some(Next::Failed(error)));
                }
                Some(End::Told) => return Ok(None),
                None if self.crew.over() => return Ok(None),
                None => self.end = None,
            }
            if deadline.is_some_and(|d| Instant::now() >= d) {
                return Err(Late);
            }
            if let Err(error) = self.crew.turn(deadline) {
                self.end = Some(End::Failed(error));
            }
        }
    }

    /// The processes that are at work now.
    pub fn pids(&self) -> Vec<i32> {
        self.crew.pids()
    }
}

/// What comes out of a call.
enum Next<R> {
    /// A task is settled.
    Task(usize, Result<R, Error>),
    /// The call is over.
    Failed(Error),
}

impl<R: DeserializeOwned> Iterator for Unordered<'_, R> {
    type Item = Result<(usize, R), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_until(None);
        next.expect("without a deadline it is not late")
    }
}

impl<R: DeserializeOwned> FusedIterator for Unordered<'_, R> {}

/// The results of a call, in the order of its items. Dropping it ends the
/// call.
///
/// An error that is not [`Error::Task`] ends the call. It takes the place of
/// the first result that is missing, and after it nothing comes.
pub struct Ordered<'a, R> {
    results: Unordered<'a, R>,
    next: usize,
    /// Results that came before their turn.
    early: BTreeMap<usize, Result<R, Error>>,
}

impl<R: DeserializeOwned> Ordered<'_, R> {
    /// Waits for the next result until `deadline`; `None` if there are none
    /// any more.
    ///
    /// # Errors
    ///
    /// The outer one: it is late. The inner one: as of the iterator.
    pub fn next_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> Result<Option<Result<R, Error>>, Late> {
        loop {
            if let Some(result) = self.early.remove(&self.next) {
                self.next += 1;
                return Ok(Some(result));
            }
            match self.results.settled_until(deadline)? {
                Some(Next::Task(task, result)) => {
                    self.early.insert(task, result);
                }
                Some(Next::Failed(error)) => return Ok(Some(Err(error))),
                None => return Ok(None),
            }
        }
    }

    /// The processes that are at work now.
    pub fn pids(&self) -> Vec<i32> {
        self.results.pids()
    }
}

impl<R: DeserializeOwned> Iterator for Ordered<'_, R> {
    type Item = Result<R, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_until(None);
        next.expect("without a deadline it is not late")
    }
}

impl<R: DeserializeOwned> FusedIterator for Ordered<'_, R> {}

/// A task that runs in a worker of its own. Dropping it ends that worker.
pub struct AsyncResult<'a, R> {
    crew: Rc<RefCell<Crew<'a, Queue<R>>>>,
}

impl<R: DeserializeOwned> AsyncResult<'_, R> {
    /// Has the task been run, to its end or to its second death? Looks, and
    /// does not wait.
    ///
    /// # Errors
    ///
    /// The pool could not look, or not start a worker once more.
    pub fn ready(&self) -> Result<bool, Error> {
        let mut crew = self.crew.borrow_mut();
        crew.turn(Some(Instant::now()))?;
        Ok(crew.over())
    }

    /// Waits for the result.
    ///
    /// # Errors
    ///
    /// The task failed twice, or as for [`AsyncResult::ready`].
    pub fn get(self) -> Result<R, Error> {
        match self.get_until(None) {
            Ok(result) => result,
            Err(_) => unreachable!("there is no deadline"),
        }
    }

    /// Waits for the result until `deadline`; hands the task back if it is
    /// not there by then, running on.
    ///
    /// # Errors
    ///
    /// The outer one: it is late. The inner one: as for [`AsyncResult::get`].
    pub fn get_until(
        self,
        deadline: Option<Instant>,
    ) -> Result<Result<R, Error>, Self> {
        loop {
            let mut crew = self.crew.borrow_mut();
            if let Some((_, result)) = crew.out.pop_front() {
                return Ok(result);
            }
            if deadline.is_some_and(|d| Instant::now() >= d) {
                drop(crew);
                return Err(self);
            }
            if let Err(error) = crew.turn(deadline) {
                return Ok(Err(error));
            }
        }
    }
}
