//! Who asks.

use super::{Refusal, Reply};
use crate::frames::{FrameError, FrameReader, FrameWriter, LONGEST};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect,
    socket_with,
};
use rustix::process::geteuid;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::io::{self, ErrorKind};
use std::marker::PhantomData;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Why there is no answer.
#[derive(Debug)]
pub enum CallError {
    /// The server says why, and has hung up.
    Refused(Refusal),
    /// The server has ended or hung up. Whether the job was done, nobody
    /// knows: to ask again, it has to be one that may be done twice.
    PeerDied,
    /// The deadline has come. The job may still be done.
    TimedOut,
    /// The request cannot be sent. Or the answer cannot be read, and the job
    /// is done; after `TooLong` of an answer every call fails.
    Frame(FrameError),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Refused(why) => write!(f, "refused: {why}"),
            CallError::PeerDied => f.write_str("the server is gone"),
            CallError::TimedOut => f.write_str("no answer in time"),
            CallError::Frame(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallError {}

impl From<FrameError> for CallError {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::PeerDied | FrameError::Truncated { .. } => {
                CallError::PeerDied
            }
            FrameError::TimedOut | FrameError::Unfinished => {
                CallError::TimedOut
            }
            other => CallError::Frame(other),
        }
    }
}

/// What a client expects of its server.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Whose server it has to be: [`Default`] says, the client's own user's.
    pub user: u32,
    /// The longest answer, in bytes.
    pub longest: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Terms {
            user: geteuid().as_raw(),
            longest: LONGEST,
        }
    }
}

/// A connection to a [`Server`](super::Server) that takes a `Q` and answers
/// with an `A`.
#[derive(Debug)]
pub struct Client<Q, A> {
    requests: FrameWriter<UnixStream>,
    answers: FrameReader<UnixStream>,
    /// The number of the last request.
    last: u64,
    kinds: PhantomData<fn(Q) -> A>,
}

impl<Q: Serialize, A: DeserializeOwned> Client<Q, A> {
    /// Connects to the server of the own user at `path`. If there is none, it
    /// waits for one to come up.
    ///
    /// # Errors
    ///
    /// At the deadline, what is missing: `NotFound`, `ConnectionRefused` for
    /// a socket that a dead server left, or `TimedOut` for a server that does
    /// not accept. Before it, `PermissionDenied` for one that is another
    /// user's: nothing has been sent to that.
    pub fn connect(
        path: impl AsRef<Path>,
        deadline: Instant,
    ) -> io::Result<Client<Q, A>> {
        Client::connect_with(path, Terms::default(), deadline)
    }

    /// The same on other terms: to a server of another user, say root, or
    /// with longer answers. (A socket that a service manager listens on is
    /// the manager's.)
    ///
    /// # Errors
    ///
    /// As for [`connect`](Self::connect).
    pub fn connect_with(
        path: impl AsRef<Path>,
        terms: Terms,
        deadline: Instant,
    ) -> io::Result<Client<Q, A>> {
        let stream = connect_before(path.as_ref(), deadline)?;
        // Who called `listen`.
        let user = getsockopt(&stream, PeerCredentials)?.uid();
        if user != terms.user {
            let whose = format!("it is the server of user {user}");
            return Err(io::Error::new(ErrorKind::PermissionDenied, whose));
        }
        Ok(Client {
            // How long a request may be, is for the server to say.
            requests: FrameWriter::with_limit(stream.try_clone()?, u32::MAX),
            answers: FrameReader::with_limit(stream, terms.longest),
            last: 0,
            kinds: PhantomData,
        })
    }

    // ANCHOR: call
    /// Asks, and waits for the answer. After `TimedOut` the next call may
    /// follow: the answer that comes late is not taken for that one's.
    ///
    /// # Errors
    ///
    /// As [`CallError`] says. A server that dies is noticed at once, one that
    /// is stopped at the deadline.
    pub fn call(
        &mut self,
        request: &Q,
        deadline: Instant,
    ) -> Result<A, CallError> {
        self.last += 1;
        match self.requests.send_before(&(self.last, request), deadline) {
            // It may have said why, before it hung up.
            Ok(()) | Err(FrameError::PeerDied) => {}
            Err(error) => return Err(error.into()),
        }
        loop {
            let reply: Option<Reply<A>> = self.answers.next_before(deadline)?;
            match reply {
                Some((_, Err(refusal))) => {
                    return Err(CallError::Refused(refusal));
                }
                Some((number, Ok(answer))) if number == self.last => {
                    return Ok(answer);
                }
                // To a call that was given up.
                Some(_) => {}
                None => return Err(CallError::PeerDied),
            }
        }
    }
    // ANCHOR_END: call
}

/// A connection, while `deadline` has not come.
pub(super) fn connect_before(
    path: &Path,
    deadline: Instant,
) -> io::Result<UnixStream> {
    let address = SocketAddrUnix::new(path)?;
    let mut pause = Duration::from_millis(1);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let socket = socket_with(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )?;
        // So long may `connect` wait as well, if the server's queue is full;
        // 0 would be for ever.
        let left = left.max(Duration::from_millis(1));
        set_socket_timeout(&socket, Timeout::Send, Some(left))?;
        match connect(&socket, &address) {
            Ok(()) => {
                set_socket_timeout(&socket, Timeout::Send, None)?;
                return Ok(UnixStream::from(socket));
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Err(ErrorKind::TimedOut.into()),
            Err(Errno::NOENT | Errno::CONNREFUSED)
                if Instant::now() + pause < deadline =>
            {
                thread::sleep(pause);
                pause = (2 * pause).min(Duration::from_millis(50));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Is there nobody behind the socket at `path`? It does not wait.
pub(super) fn nobody_listens(path: &Path) -> bool {
    let asked = SocketAddrUnix::new(path).and_then(|address| {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let kind = SocketType::STREAM;
        let socket = socket_with(AddressFamily::UNIX, kind, flags, None)?;
        connect(&socket, &address)
    });
    asked == Err(Errno::CONNREFUSED)
}
