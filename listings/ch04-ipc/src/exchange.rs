//! Talking and listening at the same time, in one thread: poll(2) tells which
//! of the two would not wait. It is what Python's `Popen.communicate` does.

pub mod faults;

use crate::polling::{PIECE, poll_until};
use rustix::event::{PollFd, PollFlags};
use std::fmt;
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::time::Instant;

/// Why there is no answer.
#[derive(Debug)]
pub enum ExchangeError {
    /// Nobody can read what is still to be said: the peer has closed its end,
    /// or its process is gone.
    PeerDied {
        /// All that it has said: why, perhaps.
        said: Vec<u8>,
    },
    /// The deadline has come. The peer may be busy, or stopped, or somebody
    /// else has its write end open.
    TimedOut,
    /// The answer is longer than this.
    TooLong(usize),
    /// The system refuses.
    System(io::Error),
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExchangeError::PeerDied { said } => {
                write!(f, "nobody reads any more; said: {} bytes", said.len())
            }
            ExchangeError::TimedOut => f.write_str("no answer in time"),
            ExchangeError::TooLong(limit) => {
                write!(f, "the answer is longer than {limit} bytes")
            }
            ExchangeError::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExchangeError {}

impl From<io::Error> for ExchangeError {
    fn from(error: io::Error) -> Self {
        ExchangeError::System(error)
    }
}

/// Says `message`, and closes `to` behind it; reads what the peer says, to its
/// end. Both sides may call this at once, with messages of any length.
///
/// A peer that dies, or wants to hear no more, closes its ends. What it has
/// said is read to its end all the same. If something was left to say to it,
/// that is [`PeerDied`](ExchangeError::PeerDied), with what it said; `Popen`
/// returns this as an answer like any other. If nothing was left, it is one:
/// whether it is complete only the answer can tell, see
/// [`frames`](crate::frames).
///
/// # Errors
///
/// As [`ExchangeError`] says. At most `limit` bytes of an answer are kept.
///
/// # Examples
///
/// ```
/// use ch04_ipc::exchange::exchange;
/// use std::io;
/// use std::thread;
/// use std::time::{Duration, Instant};
///
/// let (from_us, to_them) = io::pipe()?;
/// let (from_them, to_us) = io::pipe()?;
/// let deadline = Instant::now() + Duration::from_secs(10);
/// // More than both pipes hold, and each side says all of it.
/// let long = vec![b'x'; 1 << 20];
/// let there = thread::spawn({
///     let long = long.clone();
///     move || exchange(to_us, from_us, &long, 1 << 20, deadline)
/// });
/// let here = exchange(to_them, from_them, &long, 1 << 20, deadline)?;
/// assert_eq!(here.len(), 1 << 20);
/// assert_eq!(there.join().unwrap()?, here);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// ANCHOR: exchange
pub fn exchange(
    to: PipeWriter,
    from: PipeReader,
    message: &[u8],
    limit: usize,
    deadline: Instant,
) -> Result<Vec<u8>, ExchangeError> {
    let (mut to, mut from) = (Some(to), Some(from));
    let (mut rest, mut answer) = (message, Vec::new());
    loop {
        if rest.is_empty() {
            to = None; // the peer's end of file
        }
        let (room, news) = wait(to.as_ref(), from.as_ref(), deadline)?;
        match (&mut to, &mut from) {
            (None, None) if rest.is_empty() => return Ok(answer),
            (None, None) => {
                return Err(ExchangeError::PeerDied { said: answer });
            }
            (Some(pipe), _) if room => {
                // As much as fits for certain: a longer write might sleep.
                match pipe.write(&rest[..rest.len().min(PIECE)]) {
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    // Nobody hears us; why, it may have said.
                    Err(e) if e.kind() == ErrorKind::BrokenPipe => to = None,
                    written => rest = &rest[written?..],
                }
            }
            (_, Some(source)) if news => {
                let mut piece = [0; 1 << 16];
                match source.read(&mut piece) {
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Ok(0) => from = None,
                    read => answer.extend_from_slice(&piece[..read?]),
                }
                if answer.len() > limit {
                    return Err(ExchangeError::TooLong(limit));
                }
            }
            _ => {}
        }
    }
}

/// Is there room to write, and is there something to read?
fn wait(
    to: Option<&PipeWriter>,
    from: Option<&PipeReader>,
    deadline: Instant,
) -> Result<(bool, bool), ExchangeError> {
    let mut polled: Vec<PollFd<'_>> = Vec::new();
    polled.extend(to.map(|to| PollFd::new(to, PollFlags::OUT)));
    polled.extend(from.map(|from| PollFd::new(from, PollFlags::IN)));
    if !polled.is_empty() && !poll_until(&mut polled, deadline)? {
        return Err(ExchangeError::TimedOut);
    }
    let mut told = polled.iter().map(|p| !p.revents().is_empty());
    let mut is_ready = |asked| asked && told.next() == Some(true);
    Ok((is_ready(to.is_some()), is_ready(from.is_some())))
}
// ANCHOR_END: exchange

#[cfg(test)]
mod tests {
    use super::{ExchangeError, exchange};
    use std::io::{self, Read, Write};
    use std::thread;
    use std::time::{Duration, Instant};

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(10)
    }

    #[test]
    fn a_peer_that_does_nothing_is_given_up() {
        let (_held, to) = io::pipe().unwrap();
        let (from, _open) = io::pipe().unwrap();
        let long = vec![0; 100_000];
        let error = exchange(to, from, &long, 10, soon()).unwrap_err();
        assert!(matches!(error, ExchangeError::TimedOut), "{error}");
    }

    #[test]
    fn what_a_peer_said_before_it_was_gone_is_told() {
        let (gone, to) = io::pipe().unwrap();
        let (from, mut says) = io::pipe().unwrap();
        says.write_all(b"refused").unwrap();
        drop((gone, says));
        match exchange(to, from, b"x", 10, later()) {
            Err(ExchangeError::PeerDied { said }) => {
                assert_eq!(said, b"refused");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_hears_no_more_and_says_nothing_is_given_up() {
        let (gone, to) = io::pipe().unwrap();
        let (from, _open) = io::pipe().unwrap();
        drop(gone);
        let error = exchange(to, from, b"x", 10, soon()).unwrap_err();
        assert!(matches!(error, ExchangeError::TimedOut), "{error}");
    }

    #[test]
    fn an_answer_has_a_limit() {
        for (limit, fits) in [(5, true), (4, false)] {
            let (_held, to) = io::pipe().unwrap();
            let (from, mut says) = io::pipe().unwrap();
            says.write_all(b"12345").unwrap();
            drop(says);
            let answer = exchange(to, from, b"", limit, later());
            assert_eq!(answer.is_ok(), fits, "{answer:?}");
        }
    }

    #[test]
    fn one_who_says_nothing_still_hears_all() {
        let (mut hears, to) = io::pipe().unwrap();
        let (from, says) = io::pipe().unwrap();
        drop(says);
        let peer = thread::spawn(move || {
            let mut heard = Vec::new();
            hears.read_to_end(&mut heard).map(|_| heard.len())
        });
        let long = vec![7; 300_000];
        let answer = exchange(to, from, &long, 0, later()).unwrap();
        assert_eq!(answer, []);
        assert_eq!(peer.join().unwrap().unwrap(), 300_000);
    }
}
