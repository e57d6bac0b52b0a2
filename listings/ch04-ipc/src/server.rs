//! A job server on a Unix socket: requests and answers are
//! [`frames`](crate::frames), each client has a thread, and none of them is
//! trusted. It is what `multiprocessing.connection`'s `Listener` and `Client`
//! are in Python, with limits.

mod client;
pub mod faults;

pub use client::{CallError, Client, Terms};

use crate::frames::{FrameError, FrameReader, FrameWriter};
use crate::polling::after;
use ch03_processes::pidfd::ready;
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::geteuid;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{self, Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

/// What clients may do.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The one user who is served: [`Default`] says, the server's own.
    pub user: u32,
    /// How many clients at once. Each has a thread and two descriptors.
    pub clients: usize,
    /// The longest request, in bytes. An answer may be as long as its client
    /// takes it: [`Terms::longest`].
    pub longest: u32,
    /// How long a client may take for a request, from its first byte to its
    /// last; how long, to take an answer; and how long the answers of a
    /// server that stops may take in all.
    pub patience: Duration,
    /// How long a client may be silent between two requests, or before the
    /// first. It keeps its thread meanwhile.
    pub idle: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            user: geteuid().as_raw(),
            clients: 64,
            longest: 1 << 16,
            patience: Duration::from_secs(10),
            idle: Duration::from_secs(600),
        }
    }
}

/// Why a client is not answered. It is told, and hung up on.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum Refusal {
    /// There are as many clients as there may be, or no thread or descriptor
    /// is left for one more.
    Busy,
    /// It is another user's.
    Stranger,
    /// The request is longer than allowed.
    TooLong,
    /// What came is no request.
    Garbled,
    /// The request did not come in time, or the answer was not taken. Who is
    /// told so when it asks has been silent for too long: what it asks for is
    /// not done, and it may connect again.
    TooSlow,
    /// The job panicked, or its answer cannot be sent.
    Failed,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Busy => "too many clients",
            Refusal::Stranger => "another user's",
            Refusal::TooLong => "too long",
            Refusal::Garbled => "no request",
            Refusal::TooSlow => "too slow",
            Refusal::Failed => "the job failed",
        })
    }
}

/// How a client's connection ended.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Ending {
    /// It hung up between two requests, or the server stopped.
    Closed,
    /// It was gone in the middle of a request, or before its answer.
    Vanished,
    /// The server hung up.
    Refused(Refusal),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Closed => f.write_str("closed"),
            Ending::Vanished => f.write_str("vanished"),
            Ending::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

/// What a server did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// The answers that were sent.
    pub answered: u64,
    /// How many connections ended so.
    pub endings: BTreeMap<Ending, u64>,
}

/// Who asks: the process that called `connect`.
#[derive(Debug)]
pub struct Caller<'a> {
    stream: &'a UnixStream,
    pid: i32,
}

impl Caller<'_> {
    /// Its number, to be shown: 0 if it is outside of this one's PID
    /// namespace. It may have ended, and its number be another's by now.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Whether nobody waits for the answer any more. A long job may look from
    /// time to time.
    pub fn has_hung_up(&self) -> bool {
        let mut polled = [PollFd::new(self.stream, PollFlags::empty())];
        let seen = poll(&mut polled, Some(&Timespec::default()));
        seen.is_ok() && polled[0].revents().contains(PollFlags::HUP)
    }
}

/// A server that may be talked to at a path in the file system.
#[derive(Debug)]
pub struct Server {
    listener: UnixListener,
    /// Absolute: the process may change its directory.
    path: PathBuf,
    rules: Rules,
    /// A copy of this, in a child forked later, removes nothing.
    owner: u32,
    has_run: AtomicBool,
    /// Held as long as this lives. The last to be dropped.
    _lock: File,
}

// ANCHOR: bind
impl Server {
    /// Takes `path`. A socket that a dead server left there is removed. That
    /// its server is dead is known from a lock on the file `path.lock`, which
    /// the kernel releases when the process ends, in whatever way; the file
    /// stays. (A process that the server forks shares the lock.)
    ///
    /// The file system lets the own user connect alone, and [`Rules::user`]
    /// is looked at all the same. Put the socket into a directory that others
    /// cannot write to: else one of them may be there first. A client looks
    /// who it is.
    ///
    /// # Errors
    ///
    /// `AddrInUse`: another server lives there, or `path` is no socket. Or
    /// the system refuses, as it does if `path` has more than 107 bytes.
    pub fn bind(path: impl AsRef<Path>, rules: Rules) -> io::Result<Server> {
        let path = path.as_ref();
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        // Nobody else's: who can open it can lock it.
        let mut open = File::options();
        let lock = open.create(true).append(true).mode(0o600).open(lock)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let taken = "another server lives there";
                return Err(io::Error::new(ErrorKind::AddrInUse, taken));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // A server of this kind held the lock, and does not any more. One of
        // another kind never did: it is asked. (Between its `bind` and its
        // `listen` it seems dead, too.)
        let left = fs::symlink_metadata(path);
        if left.is_ok_and(|left| left.file_type().is_socket())
            && client::nobody_listens(path)
        {
            fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        // One that poll has seen may be gone when it is accepted.
        listener.set_nonblocking(true)?;
        Ok(Server {
            listener,
            path: path::absolute(path)?,
            rules,
            owner: process::id(),
            has_run: AtomicBool::new(false),
            _lock: lock,
        })
    }
    // ANCHOR_END: bind

    /// Serves until `stop` is readable or closed: a pipe, or
    /// [`Signals`](ch03_processes::signals::Signals). From then on nobody can
    /// connect. It hangs up on those who have not asked, and answers the
    /// others, within [`Rules::patience`] for all of them: what is not taken
    /// by then is not answered.
    ///
    /// `answer` is called by a thread for each client. While it computes,
    /// nobody looks whether the client is still there: see
    /// [`Caller::has_hung_up`]. It is not interrupted either, and the stop
    /// waits for it; what must have an end is a job for a process.
    ///
    /// A client that is killed, is stopped, sends what is no request, too
    /// much, or nothing, costs its own connection, for `patience` or
    /// [`Rules::idle`] at most. But do not ask for a `Q` that contains itself,
    /// as a tree does: [`frames`](crate::frames) says why.
    ///
    /// # Errors
    ///
    /// `InvalidInput`: this is called once more, and nobody can connect by
    /// then. Or the system refuses to wait or to accept. A lack of descriptors
    /// is waited out instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::server::{Client, Rules, Server};
    /// use std::io;
    /// use std::thread;
    /// use std::time::{Duration, Instant};
    ///
    /// let home = tempfile::tempdir()?;
    /// let path = home.path().join("squares");
    /// let server = Server::bind(&path, Rules::default())?;
    /// let (stop, running) = io::pipe()?;
    /// let served = thread::spawn(move || {
    ///     server.run(stop, |_, n: u32| u64::from(n) * u64::from(n))
    /// });
    ///
    /// let deadline = Instant::now() + Duration::from_secs(10);
    /// let mut client = Client::<u32, u64>::connect(&path, deadline)?;
    /// assert_eq!(client.call(&12, deadline)?, 144);
    /// drop(running);
    /// assert_eq!(served.join().unwrap()?.answered, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run<Q, A>(
        &self,
        stop: impl AsFd,
        answer: impl Fn(&Caller<'_>, Q) -> A + Sync,
    ) -> io::Result<Tally>
    where
        Q: DeserializeOwned,
        A: Serialize,
    {
        if self.has_run.swap(true, Relaxed) {
            let again = "the server has been run already";
            return Err(io::Error::new(ErrorKind::InvalidInput, again));
        }
        let book = Book::default();
        thread::scope(|scope| {
            let done = self.accept_all(scope, stop.as_fd(), &book, &answer);
            book.hang_up(self.rules.patience);
            done
        })?;
        Ok(book.into_tally())
    }

    fn accept_all<'scope, Q, A, F>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        stop: BorrowedFd<'_>,
        book: &'scope Book,
        answer: &'scope F,
    ) -> io::Result<()>
    where
        Q: DeserializeOwned,
        A: Serialize,
        F: Fn(&Caller<'_>, Q) -> A + Sync,
    {
        let mut stopping = false;
        loop {
            if !stopping && ready(&[stop, self.listener.as_fd()], None)?[0] {
                stopping = true;
                // Nobody connects any more. Who has, is still let in.
                let how = rustix::net::Shutdown::Read;
                rustix::net::shutdown(&self.listener, how)?;
            }
            match self.listener.accept() {
                Ok((stream, _)) => self.admit(scope, stream, book, answer),
                Err(error) => match error.raw_os_error() {
                    // The queue is empty, and stays so.
                    Some(libc::EAGAIN) if stopping => return Ok(()),
                    // The client is in the queue all the same, and poll would
                    // say so again at once.
                    Some(
                        libc::EMFILE
                        | libc::ENFILE
                        | libc::ENOBUFS
                        | libc::ENOMEM,
                    ) => match stopping {
                        true => return Ok(()),
                        false => {
                            let soon =
                                Instant::now() + Duration::from_millis(20);
                            ready(&[stop], Some(soon))?;
                        }
                    },
                    Some(libc::EAGAIN | libc::EINTR | libc::ECONNABORTED) => {}
                    _ => return Err(error),
                },
            }
        }
    }

    // ANCHOR: admit
    fn admit<'scope, Q, A, F>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        stream: UnixStream,
        book: &'scope Book,
        answer: &'scope F,
    ) where
        Q: DeserializeOwned,
        A: Serialize,
        F: Fn(&Caller<'_>, Q) -> A + Sync,
    {
        let Ok(peer) = getsockopt(&stream, PeerCredentials) else {
            return book.end(Ending::Vanished);
        };
        if peer.uid() != self.rules.user {
            refuse(&stream, Refusal::Stranger);
            return book.end(Ending::Refused(Refusal::Stranger));
        }
        let Some(number) = book.enter(&stream, self.rules.clients) else {
            refuse(&stream, Refusal::Busy);
            return book.end(Ending::Refused(Refusal::Busy));
        };
        let pid = peer.pid();
        let talk = move || {
            let caller = Caller {
                stream: &stream,
                pid,
            };
            let ending = self.converse(&caller, book, answer);
            // First: who sees the end of the stream finds its place free.
            drop(book.leave(number));
            book.end(ending);
            drop(stream);
        };
        if thread::Builder::new().spawn_scoped(scope, talk).is_err() {
            if let Some(stream) = book.leave(number) {
                refuse(&stream, Refusal::Busy);
            }
            book.end(Ending::Refused(Refusal::Busy));
        }
    }
    // ANCHOR_END: admit

    // ANCHOR: converse
    /// One client, from its first request to its end. A panic is its end: in
    /// the job, or where its request is read, or its answer written.
    fn converse<Q, A>(
        &self,
        caller: &Caller<'_>,
        book: &Book,
        answer: &impl Fn(&Caller<'_>, Q) -> A,
    ) -> Ending
    where
        Q: DeserializeOwned,
        A: Serialize,
    {
        let serve = || self.answer_all(caller, book, answer);
        catch_unwind(AssertUnwindSafe(serve)).unwrap_or_else(|_| {
            refuse(caller.stream, Refusal::Failed);
            Ending::Refused(Refusal::Failed)
        })
    }

    fn answer_all<Q, A>(
        &self,
        caller: &Caller<'_>,
        book: &Book,
        answer: &impl Fn(&Caller<'_>, Q) -> A,
    ) -> Ending
    where
        Q: DeserializeOwned,
        A: Serialize,
    {
        let in_time = || book.in_time(self.rules.patience);
        let stream = caller.stream;
        let mut requests = FrameReader::with_limit(stream, self.rules.longest);
        let mut answers = FrameWriter::with_limit(stream, u32::MAX);
        let refusal = loop {
            // The patience begins with the first byte.
            if !requests.has_begun() && !self.wait_for_more(stream) {
                break Refusal::TooSlow;
            }
            let next = requests.next_before(in_time());
            let (number, request): (u64, Q) = match next {
                Ok(Some(_)) if book.is_over() => break Refusal::TooSlow,
                Ok(Some(numbered)) => numbered,
                Ok(None) => return Ending::Closed,
                Err(FrameError::TooLong { .. }) => break Refusal::TooLong,
                Err(FrameError::Undecodable(_)) => break Refusal::Garbled,
                Err(FrameError::TimedOut) => break Refusal::TooSlow,
                Err(_) => return Ending::Vanished,
            };
            let answer: Reply<A> = (number, Ok(answer(caller, request)));
            match answers.send_before(&answer, in_time()) {
                Ok(()) => book.answered(),
                Err(
                    FrameError::TooLong { .. } | FrameError::Unencodable(_),
                ) => {
                    break Refusal::Failed;
                }
                // It does not read, so that it cannot be told either.
                Err(FrameError::TimedOut | FrameError::Unfinished) => {
                    return Ending::Refused(Refusal::TooSlow);
                }
                Err(_) => return Ending::Vanished,
            }
        };
        refuse(stream, refusal);
        Ending::Refused(refusal)
    }
    // ANCHOR_END: converse

    /// Until there is something to be read; `false` is the end of patience
    /// with one who is silent.
    fn wait_for_more(&self, stream: &UnixStream) -> bool {
        let silence = Instant::now().checked_add(self.rules.idle);
        ready(&[stream.as_fd()], silence).is_ok_and(|ready| ready[0])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The lock is still held: nobody else's socket can be there.
        if self.owner == process::id() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// An answer with the number of its request; 0 is said to any.
type Reply<A> = (u64, Result<A, Refusal>);

/// Tells the client why, if there is room: it is not waited for.
fn refuse(stream: &UnixStream, refusal: Refusal) {
    let reply: Reply<()> = (0, Err(refusal));
    let _ = FrameWriter::new(stream).send_before(&reply, Instant::now());
}

/// Who is there, and what became of the others.
#[derive(Default)]
struct Book {
    entries: Mutex<Entries>,
    /// Set by the stop: when it has to be over.
    over: OnceLock<Instant>,
}

#[derive(Default)]
struct Entries {
    /// By the number that the client got.
    open: HashMap<u64, UnixStream>,
    last: u64,
    tally: Tally,
}

impl Book {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a client, if there are fewer than `most`. What it keeps is a
    /// descriptor of its own, by which the client can be hung up on.
    fn enter(&self, stream: &UnixStream, most: usize) -> Option<u64> {
        let mut entries = self.entries();
        if entries.open.len() >= most {
            return None;
        }
        let copy = stream.try_clone().ok()?;
        entries.last += 1;
        let number = entries.last;
        entries.open.insert(number, copy);
        Some(number)
    }

    fn leave(&self, number: u64) -> Option<UnixStream> {
        self.entries().open.remove(&number)
    }

    fn answered(&self) {
        self.entries().tally.answered += 1;
    }

    fn end(&self, ending: Ending) {
        *self.entries().tally.endings.entry(ending).or_default() += 1;
    }

    /// The end of a wait that may take so long, or of the stop.
    fn in_time(&self, patience: Duration) -> Instant {
        let own = after(patience);
        self.over.get().map_or(own, |over| own.min(*over))
    }

    fn is_over(&self) -> bool {
        self.over.get().is_some_and(|over| *over <= Instant::now())
    }

    /// Ends the requests of all. What has arrived is still read.
    fn hang_up(&self, patience: Duration) {
        self.over.get_or_init(|| after(patience));
        for stream in self.entries().open.values() {
            let _ = stream.shutdown(Shutdown::Read);
        }
    }

    fn into_tally(self) -> Tally {
        let entries = self.entries.into_inner();
        entries.unwrap_or_else(PoisonError::into_inner).tally
    }
}

/// Another user does not get in: by the file system, or else by the server.
/// Only root can become another.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch04_ipc::server::{CallError, Client, Refusal, Rules, Server, Terms};
/// use nix::unistd::{Uid, geteuid, setuid};
/// use std::fs::{self, Permissions};
/// use std::io::{self, ErrorKind};
/// use std::os::unix::fs::PermissionsExt;
/// use std::time::{Duration, Instant};
///
/// if !geteuid().is_root() {
///     return Ok(());
/// }
/// nix::unistd::alarm::set(60);
/// let home = tempfile::tempdir()?;
/// fs::set_permissions(home.path(), Permissions::from_mode(0o755))?;
/// let [closed, open] = ["closed", "open"].map(|s| home.path().join(s));
/// let _closed = Server::bind(&closed, Rules::default())?;
/// let server = Server::bind(&open, Rules::default())?;
/// fs::set_permissions(&open, Permissions::from_mode(0o666))?;
///
/// let (stop, running) = io::pipe()?;
/// let mut stranger = ForkedChild::start(|| {
///     setuid(Uid::from_raw(65_534)).unwrap();
///     let deadline = Instant::now() + Duration::from_secs(10);
///     let terms = || Terms { user: 0, ..Terms::default() };
///     let connect =
///         |path| Client::<(), ()>::connect_with(path, terms(), deadline);
///     let error = connect(&closed).unwrap_err();
///     assert_eq!(error.kind(), ErrorKind::PermissionDenied);
///     let answer = connect(&open).unwrap().call(&(), deadline);
///     let stranger = Refusal::Stranger;
///     assert!(matches!(answer, Err(CallError::Refused(s)) if s == stranger));
///     drop(running);
///     0
/// })?;
/// let tally = server.run(stop, |_, (): ()| ())?;
/// assert!(stranger.wait()?.success());
/// assert_eq!(tally.answered, 0);
/// # io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct NoStranger;

/// Nor is a stranger taken for the server, which it can be where others may
/// write to the directory.
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch04_ipc::server::{Client, Rules, Server};
/// use nix::unistd::{Uid, geteuid, setuid};
/// use std::fs::{self, Permissions};
/// use std::io::{self, ErrorKind};
/// use std::os::unix::fs::PermissionsExt;
/// use std::time::{Duration, Instant};
///
/// if !geteuid().is_root() {
///     return Ok(());
/// }
/// nix::unistd::alarm::set(60);
/// let home = tempfile::tempdir()?;
/// fs::set_permissions(home.path(), Permissions::from_mode(0o1777))?;
/// let path = home.path().join("jobs");
/// let mut stranger = ForkedChild::start(|| {
///     setuid(Uid::from_raw(65_534)).unwrap();
///     let server = Server::bind(&path, Rules::default()).unwrap();
///     let (stop, _running) = io::pipe().unwrap();
///     i32::from(server.run(stop, |_, (): ()| ()).is_err())
/// })?;
/// let deadline = Instant::now() + Duration::from_secs(10);
/// let error = Client::<(), ()>::connect(&path, deadline).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::PermissionDenied);
/// assert_eq!(error.to_string(), "it is the server of user 65534");
/// stranger.kill()?;
/// stranger.wait()?;
/// # io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct NoStrangeServer;

/// A server takes its own socket away, wherever its process is by then.
///
/// ```standalone_crate
/// use ch04_ipc::server::{Rules, Server};
/// use std::env;
///
/// let home = tempfile::tempdir()?;
/// env::set_current_dir(home.path())?;
/// let server = Server::bind("jobs", Rules::default())?;
/// assert!(home.path().join("jobs").exists());
/// env::set_current_dir("/")?;
/// drop(server);
/// assert!(!home.path().join("jobs").exists());
/// # std::io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct WhereverItIs;

#[cfg(test)]
mod tests;
