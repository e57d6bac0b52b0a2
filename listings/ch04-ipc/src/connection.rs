//! Python's `multiprocessing.connection`, spoken in Rust: messages of bytes
//! between a Rust program and a Python one.
//!
//! A message is its length, four bytes with the highest first, and its bytes.
//! A length beyond 2,147,483,647 is the number -1, and then eight bytes. What
//! `Connection.send` puts into a message is a pickle, which only Python should
//! read; `send_bytes` sends bytes as they are.
//!
//! `Listener` and `Client` with an `authkey` prove to each other first that
//! they know the key, without sending it. Python 3.11 does it with HMAC-MD5,
//! later versions with HMAC-SHA256; this module answers both.

use crate::polling::poll_until;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags,
    SocketType, recv, send, socket_with,
};
use sha2::Sha256;
use std::error::Error;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::net::Shutdown;
use std::ops::Range;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{self, Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant};

const CHALLENGE: &[u8] = b"#CHALLENGE#";
const WELCOME: &[u8] = b"#WELCOME#";
const FAILURE: &[u8] = b"#FAILURE#";
const SHA256: &[u8] = b"{sha256}";
/// No message of the proof is longer.
const PROOF: usize = 256;
/// The length of a challenge of Python 3.11 and older.
const OLD_CHALLENGE: usize = 20;

/// The longest message that is believed in unless
/// [`set_largest`](Connection::set_largest) says otherwise, in bytes.
pub const LARGEST: usize = 1 << 30;

/// How much room a message is given before its bytes have arrived.
const STEP: usize = 1 << 20;

/// Why a message is not sent or not received.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The other side has ended, or closed its end.
    PeerDied,
    /// The other side did nothing within the limit.
    TimedOut,
    /// What arrived is no message, or not the one that the proof demands.
    Rubbish,
    /// A message announces more bytes than are allowed.
    TooLarge(u64),
    /// The other side does not know the key, or says that this one does not.
    WrongKey,
    /// The system says no.
    System(io::Error),
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionError::PeerDied => f.write_str("the other side is gone"),
            ConnectionError::TimedOut => f.write_str("not within the limit"),
            ConnectionError::Rubbish => f.write_str("no message"),
            ConnectionError::TooLarge(bytes) => {
                write!(f, "a message of {bytes} bytes is not allowed")
            }
            ConnectionError::WrongKey => f.write_str("another key"),
            ConnectionError::System(error) => error.fmt(f),
        }
    }
}

impl Error for ConnectionError {}

impl From<io::Error> for ConnectionError {
    fn from(error: io::Error) -> Self {
        ConnectionError::System(error)
    }
}

// ANCHOR: header
/// What stands before a message of `length` bytes, as Python writes it.
fn header(length: usize) -> Vec<u8> {
    match i32::try_from(length) {
        Ok(length) => length.to_be_bytes().to_vec(),
        Err(_) => {
            let long = (length as u64).to_be_bytes();
            [&(-1i32).to_be_bytes()[..], &long].concat()
        }
    }
}

/// Where the first message lies in `bytes`, as far as they tell: its end may
/// not have arrived.
fn message(
    bytes: &[u8],
    largest: usize,
) -> Result<Option<Range<usize>>, ConnectionError> {
    let Some((short, rest)) = bytes.split_first_chunk() else {
        return Ok(None);
    };
    let (start, length) = match i32::from_be_bytes(*short) {
        -1 => match rest.first_chunk() {
            Some(long) => (12, u64::from_be_bytes(*long)),
            None => return Ok(None),
        },
        short => match u64::try_from(short) {
            Ok(length) => (4, length),
            Err(_) => return Err(ConnectionError::Rubbish),
        },
    };
    match usize::try_from(length) {
        Ok(length) if length <= largest => Ok(Some(start..start + length)),
        _ => Err(ConnectionError::TooLarge(length)),
    }
}
// ANCHOR_END: header

/// One end of a connection, as `multiprocessing.connection.Connection` is.
///
/// After an error other than `TimedOut` from [`recv`](Connection::recv) it is
/// of no more use.
#[derive(Debug)]
pub struct Connection {
    socket: UnixStream,
    /// The message that was returned last, from the start, and what arrived
    /// behind it.
    bytes: Vec<u8>,
    /// How many of `bytes` have arrived.
    filled: usize,
    /// Where that message ends.
    taken: usize,
    largest: usize,
}

impl From<UnixStream> for Connection {
    /// A connection over a socket that is there already, as `Pipe` makes
    /// them: nobody proves anything.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::connection::Connection;
    /// use std::os::unix::net::UnixStream;
    /// use std::time::Duration;
    ///
    /// let limit = Duration::from_secs(10);
    /// let (ours, theirs) = UnixStream::pair()?;
    /// let mut ours = Connection::from(ours);
    /// let mut theirs = Connection::from(theirs);
    /// ours.send(b"frame 7", limit)?;
    /// assert_eq!(theirs.recv(limit)?, b"frame 7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn from(socket: UnixStream) -> Self {
        Connection {
            socket,
            bytes: Vec::new(),
            filled: 0,
            taken: 0,
            largest: LARGEST,
        }
    }
}

impl Connection {
    /// Connects to a Python `Listener`, or one of ours, as `Client` does.
    ///
    /// # Errors
    ///
    /// Nobody listens there, or its `authkey` is another one, or it takes
    /// longer than the limit.
    pub fn connect(
        path: &Path,
        authkey: &[u8],
        within: Duration,
    ) -> Result<Self, ConnectionError> {
        let deadline = Instant::now().checked_add(within);
        let address = SocketAddrUnix::new(path).map_err(io::Error::from)?;
        let socket = socket_with(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            None,
        )
        .map_err(io::Error::from)?;
        loop {
            match rustix::net::connect(&socket, &address) {
                Ok(()) => break,
                Err(Errno::INTR) => {}
                // The queue of the listener is full, and the kernel does not
                // tell when it no longer is.
                Err(Errno::AGAIN) if left(deadline) > Duration::ZERO => {
                    thread::sleep(Duration::from_millis(5));
                }
                Err(Errno::AGAIN) => return Err(ConnectionError::TimedOut),
                Err(error) => return Err(io::Error::from(error).into()),
            }
        }
        let mut connection = Connection::from(UnixStream::from(socket));
        connection.answer(authkey, left(deadline))?;
        connection.challenge(authkey, left(deadline))?;
        Ok(connection)
    }

    /// The longest message that [`recv`](Connection::recv) accepts from now
    /// on. Sending knows no limit.
    pub fn set_largest(&mut self, bytes: usize) {
        self.largest = bytes;
    }

    /// Sends a message, for `recv_bytes` on the other side.
    ///
    /// # Errors
    ///
    /// `PeerDied`; `TimedOut` if the other side did not read all of it within
    /// the limit. Half a message would be of no use, so the connection is
    /// closed then.
    pub fn send(
        &mut self,
        message: &[u8],
        within: Duration,
    ) -> Result<(), ConnectionError> {
        let deadline = Instant::now().checked_add(within);
        let mut first = header(message.len());
        // One call for a short message; a long one is not copied.
        let (joined, rest) = match message.len() {
            ..16_384 => (message, &[][..]),
            _ => (&[][..], message),
        };
        first.extend_from_slice(joined);
        let sent = self
            .send_all(&first, deadline)
            .and_then(|()| self.send_all(rest, deadline));
        if sent.is_err() {
            let _ = self.socket.shutdown(Shutdown::Both);
        }
        sent
    }

    fn send_all(
        &self,
        mut bytes: &[u8],
        deadline: Option<Instant>,
    ) -> Result<(), ConnectionError> {
        let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
        while !bytes.is_empty() {
            match send(&self.socket, bytes, flags) {
                Ok(sent) => bytes = &bytes[sent..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(PollFlags::OUT, deadline)?,
                Err(Errno::PIPE | Errno::CONNRESET) => {
                    return Err(ConnectionError::PeerDied);
                }
                Err(error) => return Err(io::Error::from(error).into()),
            }
        }
        Ok(())
    }

    /// Waits for a message, the next one that `send_bytes` sends on the other
    /// side. It lies in this connection's buffer until the next call.
    ///
    /// # Errors
    ///
    /// `PeerDied` when all is received that was sent whole; `TimedOut`, and
    /// then what has arrived of a message is kept for the next call;
    /// `TooLarge` and `Rubbish`, before room is made for the message.
    pub fn recv(&mut self, within: Duration) -> Result<&[u8], ConnectionError> {
        let deadline = Instant::now().checked_add(within);
        self.bytes.copy_within(self.taken..self.filled, 0);
        self.filled -= self.taken;
        self.taken = 0;
        loop {
            let arrived = &self.bytes[..self.filled];
            let wanted = match message(arrived, self.largest)? {
                Some(message) if message.end <= self.filled => {
                    self.taken = message.end;
                    return Ok(&self.bytes[message]);
                }
                Some(message) => message.end,
                None => 0,
            };
            // As it is announced, but not much more than has arrived: who
            // announces much is to send it as well.
            let room = wanted.clamp(4096, self.filled.max(STEP) * 2);
            if self.bytes.len() < room {
                self.bytes.resize(room, 0);
            }
            let rest = &mut self.bytes[self.filled..];
            match recv(&self.socket, rest, RecvFlags::DONTWAIT) {
                Ok((_, 0)) => return Err(ConnectionError::PeerDied),
                Ok((_, more)) => self.filled += more,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(PollFlags::IN, deadline)?,
                Err(Errno::CONNRESET) => {
                    return Err(ConnectionError::PeerDied);
                }
                Err(error) => return Err(io::Error::from(error).into()),
            }
        }
    }

    fn wait(
        &self,
        what: PollFlags,
        deadline: Option<Instant>,
    ) -> Result<(), ConnectionError> {
        match poll_until(&mut [PollFd::new(&self.socket, what)], deadline)? {
            true => Ok(()),
            false => Err(ConnectionError::TimedOut),
        }
    }

    // ANCHOR: proof
    /// Has the other side prove that it knows the key.
    fn challenge(
        &mut self,
        key: &[u8],
        within: Duration,
    ) -> Result<(), ConnectionError> {
        let deadline = Instant::now().checked_add(within);
        let mut question = SHA256.to_vec();
        question.resize(SHA256.len() + 40, 0);
        // As `os.urandom`; never the same twice, or an old answer would do.
        let mut random = File::open("/dev/urandom")?;
        random.read_exact(&mut question[SHA256.len()..])?;
        let asked = [CHALLENGE, &question].concat();
        self.send(&asked, left(deadline))?;
        let answer = self.recv_short(left(deadline))?;
        if proves(key, &question, answer) {
            self.send(WELCOME, left(deadline))
        } else {
            let _ = self.send(FAILURE, left(deadline));
            Err(ConnectionError::WrongKey)
        }
    }

    /// Proves to the other side that this one knows the key.
    fn answer(
        &mut self,
        key: &[u8],
        within: Duration,
    ) -> Result<(), ConnectionError> {
        let deadline = Instant::now().checked_add(within);
        let asked = self.recv_short(left(deadline))?;
        let question = asked
            .strip_prefix(CHALLENGE)
            .ok_or(ConnectionError::Rubbish)?;
        let answer = proof(key, question).ok_or(ConnectionError::Rubbish)?;
        self.send(&answer, left(deadline))?;
        match self.recv_short(left(deadline))? {
            WELCOME => Ok(()),
            _ => Err(ConnectionError::WrongKey),
        }
    }
    // ANCHOR_END: proof

    fn recv_short(
        &mut self,
        within: Duration,
    ) -> Result<&[u8], ConnectionError> {
        let largest = self.largest;
        // Who has proved nothing is not to fill our memory.
        self.largest = PROOF;
        // Its borrow would last as long as the answer's.
        let received = self.recv(within).map(|_| ());
        self.largest = largest;
        received?;
        let start = message(&self.bytes, PROOF)?.expect("it is whole").start;
        Ok(&self.bytes[start..self.taken])
    }
}

/// The answer to a question, if it is one.
fn proof(key: &[u8], question: &[u8]) -> Option<Vec<u8>> {
    if question.len() == OLD_CHALLENGE {
        let mac = mac::<Hmac<Md5>>(key, question).finalize();
        return Some(mac.into_bytes().to_vec());
    }
    question.starts_with(SHA256).then(|| {
        let mac = mac::<Hmac<Sha256>>(key, question).finalize();
        [SHA256, &mac.into_bytes()].concat()
    })
}

/// Is `answer` one that only who knows the key could give?
fn proves(key: &[u8], question: &[u8], answer: &[u8]) -> bool {
    // `verify_slice` takes as long for a wrong answer as for a right one.
    match answer.strip_prefix(SHA256) {
        Some(sum) => mac::<Hmac<Sha256>>(key, question).verify_slice(sum),
        // Python 3.11 does not look into the question.
        None => mac::<Hmac<Md5>>(key, question).verify_slice(answer),
    }
    .is_ok()
}

fn mac<M: Mac + KeyInit>(key: &[u8], question: &[u8]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key)
        .expect("a key of HMAC has any length");
    mac.update(question);
    mac
}

/// What is left until the deadline.
fn left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |at| {
        at.saturating_duration_since(Instant::now())
    })
}

/// Waits for clients, as `multiprocessing.connection.Listener` does, at a
/// socket with a name. Dropping it removes the name.
#[derive(Debug)]
pub struct Listener {
    socket: UnixListener,
    /// Absolute: the process may change its directory.
    path: PathBuf,
    authkey: Vec<u8>,
    /// A forked child drops a copy of this, and the name is not the child's.
    maker: u32,
}

impl Listener {
    /// Listens at `path`, in a folder that only those can enter who may
    /// connect.
    ///
    /// # Errors
    ///
    /// The path is taken, or too long for a socket (107 bytes).
    pub fn bind(path: &Path, authkey: &[u8]) -> io::Result<Self> {
        let socket = UnixListener::bind(path)?;
        socket.set_nonblocking(true)?;
        Ok(Listener {
            socket,
            path: path::absolute(path)?,
            authkey: authkey.to_vec(),
            maker: process::id(),
        })
    }

    /// Waits for a client, and for its proof. While one client is slow to
    /// prove, others wait.
    ///
    /// # Errors
    ///
    /// `TimedOut`; `WrongKey`, `Rubbish` and `PeerDied` are about this client:
    /// there may be others.
    pub fn accept(
        &self,
        within: Duration,
    ) -> Result<Connection, ConnectionError> {
        let deadline = Instant::now().checked_add(within);
        let socket = loop {
            match self.socket.accept() {
                Ok((socket, _)) => break socket,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    let mut polled = [PollFd::new(&self.socket, PollFlags::IN)];
                    if !poll_until(&mut polled, deadline)? {
                        return Err(ConnectionError::TimedOut);
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        };
        let mut connection = Connection::from(socket);
        connection.challenge(&self.authkey, left(deadline))?;
        connection.answer(&self.authkey, left(deadline))?;
        Ok(connection)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if process::id() == self.maker {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A listener takes its own name away, wherever its process is by then.
///
/// ```standalone_crate
/// use ch04_ipc::connection::Listener;
/// use std::env;
/// use std::path::Path;
///
/// let home = tempfile::tempdir()?;
/// env::set_current_dir(home.path())?;
/// let listener = Listener::bind(Path::new("worker"), b"key")?;
/// assert!(home.path().join("worker").exists());
/// env::set_current_dir("/")?;
/// drop(listener);
/// assert!(!home.path().join("worker").exists());
/// # std::io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct WhereverItIs;

#[cfg(test)]
mod tests {
    use super::{
        CHALLENGE, Connection, ConnectionError, FAILURE, Listener,
        OLD_CHALLENGE, header, message, proof, proves,
    };
    use proptest::prelude::*;
    use proptest::test_runner::Config;
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    use std::thread;
    use std::time::Duration;

    const LIMIT: Duration = Duration::from_secs(10);
    const NOW: Duration = Duration::from_millis(1);

    #[test]
    fn lengths_are_written_as_python_writes_them() {
        assert_eq!(header(5), [0, 0, 0, 5]);
        assert_eq!(header(0x7fff_ffff), [127, 255, 255, 255]);
        let long = [255, 255, 255, 255, 0, 0, 0, 0, 128, 0, 0, 0];
        assert_eq!(header(0x8000_0000), long);
        for length in [0, 5, 0x7fff_ffff, 0x8000_0000, 1 << 40] {
            let header = header(length);
            let start = header.len();
            let found = message(&header, usize::MAX / 2).unwrap();
            assert_eq!(found, Some(start..start + length));
            for some in 0..start {
                assert_eq!(message(&header[..some], 1 << 50).unwrap(), None);
            }
            if length > 0 {
                let refused = message(&header, length - 1).unwrap_err();
                assert!(matches!(refused, ConnectionError::TooLarge(_)));
            }
        }
        // -2, which Python writes for nothing.
        assert!(message(&[255, 255, 255, 254], 1 << 30).is_err());
        let most = [[255; 4].as_slice(), &[255; 8]].concat();
        assert!(message(&most, usize::MAX / 2).is_err());
    }

    #[test]
    fn proofs_are_pythons() {
        // hmac.new(b"key", b"x" * 20, "md5").hexdigest()
        let old = proof(b"key", &[b'x'; OLD_CHALLENGE]).unwrap();
        assert_eq!(old.len(), 16);
        assert_eq!(hex(&old), "f7cf386fd0210f026ed379ad7b9eb97c");
        // hmac.new(b"key", b"{sha256}" + b"x" * 40, "sha256").hexdigest()
        let question = [b"{sha256}".as_slice(), &[b'x'; 40]].concat();
        let new = proof(b"key", &question).unwrap();
        let sum = new.strip_prefix(b"{sha256}").unwrap();
        assert_eq!(
            hex(sum),
            "fc6e095716948559f532f6b59bd051557239f32978aa33681f9fb3c610cb3af3"
        );
        assert!(proves(b"key", &question, &new));
        assert!(!proves(b"another", &question, &new));
        assert!(!proves(b"key", &question, sum));
        assert!(!proves(b"key", &question, b""));
        assert!(proof(b"key", b"{md4}").is_none());
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn both_sides_prove_the_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let listener = Listener::bind(&path, b"key").unwrap();
        let late = listener.accept(NOW).unwrap_err();
        assert!(matches!(late, ConnectionError::TimedOut));
        thread::scope(|s| {
            let client = s.spawn(|| Connection::connect(&path, b"key", LIMIT));
            let mut server = listener.accept(LIMIT).unwrap();
            server.send(b"hello", LIMIT).unwrap();
            let mut client = client.join().unwrap().unwrap();
            assert_eq!(client.recv(LIMIT).unwrap(), b"hello");
            drop(server);
            let gone = client.recv(LIMIT).unwrap_err();
            assert!(matches!(gone, ConnectionError::PeerDied));

            let client = s.spawn(|| Connection::connect(&path, b"yek", LIMIT));
            let wrong = listener.accept(LIMIT).unwrap_err();
            assert!(matches!(wrong, ConnectionError::WrongKey));
            let wrong = client.join().unwrap().unwrap_err();
            assert!(matches!(wrong, ConnectionError::WrongKey), "{wrong}");

            // One that only asks for the answer to its own question.
            let mut thief =
                Connection::from(UnixStream::connect(&path).unwrap());
            let asked = [CHALLENGE, &[1; 20]].concat();
            thief.send(&asked, LIMIT).unwrap();
            assert!(listener.accept(LIMIT).is_err());
            thief.recv(LIMIT).unwrap();
            assert_eq!(thief.recv(LIMIT).unwrap(), FAILURE);
        });
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn a_message_may_take_its_time_and_no_longer() {
        let (mut python, rust) = UnixStream::pair().unwrap();
        let mut rust = Connection::from(rust);
        python.write_all(&[0, 0, 0, 3, b'a', b'b']).unwrap();
        let late = rust.recv(NOW).unwrap_err();
        assert!(matches!(late, ConnectionError::TimedOut));
        python.write_all(b"c\0\0\0\0\0\0\0\x01d").unwrap();
        assert_eq!(rust.recv(LIMIT).unwrap(), b"abc");
        assert_eq!(rust.recv(LIMIT).unwrap(), b"");
        assert_eq!(rust.recv(LIMIT).unwrap(), b"d");
        // Nobody reads.
        let late = rust.send(&vec![0; 1 << 24], NOW).unwrap_err();
        assert!(matches!(late, ConnectionError::TimedOut));
        drop(python);
        let gone = rust.send(b"", LIMIT).unwrap_err();
        assert!(matches!(gone, ConnectionError::PeerDied));
    }

    #[test]
    fn what_is_announced_takes_no_memory() {
        let (mut python, rust) = UnixStream::pair().unwrap();
        let mut rust = Connection::from(rust);
        python.write_all(&header(super::LARGEST)).unwrap();
        assert!(rust.recv(NOW).is_err());
        assert!(rust.bytes.len() <= 2 * super::STEP);
        let (mut python, rust) = UnixStream::pair().unwrap();
        let mut rust = Connection::from(rust);
        python.write_all(&header(1 << 40)).unwrap();
        let refused = rust.recv(LIMIT).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a message of 1099511627776 bytes is not allowed"
        );
    }

    proptest! {
        #![proptest_config(Config {
            failure_persistence: None,
            cases: 64,
            ..Config::default()
        })]

        #[test]
        fn messages_arrive_however_they_are_cut(
            sent in prop::collection::vec(
                prop::collection::vec(any::<u8>(), 0..300), 0..8),
            cuts in prop::collection::vec(1usize..200, 1..8),
        ) {
            let (mut python, rust) = UnixStream::pair().unwrap();
            let mut rust = Connection::from(rust);
            let bytes: Vec<u8> = sent
                .iter()
                .flat_map(|m| [&header(m.len())[..], m].concat())
                .collect();
            let mut got: Vec<Vec<u8>> = Vec::new();
            let mut rest = &bytes[..];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (now, later) = rest.split_at(rest.len().min(*cut));
                python.write_all(now).unwrap();
                rest = later;
                while let Ok(message) = rust.recv(Duration::ZERO) {
                    got.push(message.to_vec());
                }
            }
            prop_assert_eq!(got, sent);
        }

        #[test]
        fn rubbish_is_an_error_and_no_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let (mut python, rust) = UnixStream::pair().unwrap();
            let mut rust = Connection::from(rust);
            rust.set_largest(1000);
            python.write_all(&bytes).unwrap();
            drop(python);
            let mut left = bytes.len();
            while let Ok(message) = rust.recv(LIMIT) {
                prop_assert!(message.len() + 4 <= left);
                left -= message.len() + 4;
            }
            let (mut python, rust) = UnixStream::pair().unwrap();
            python.write_all(&bytes).unwrap();
            let mut rust = Connection::from(rust);
            prop_assert!(rust.answer(b"key", NOW).is_err());
        }
    }
}
