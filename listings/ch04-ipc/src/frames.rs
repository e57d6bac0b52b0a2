//! Messages on a stream of bytes, which has no borders of its own.
//!
//! A frame is the payload's length in 4 bytes, little-endian, and the payload
//! in [postcard](https://docs.rs/postcard)'s format. It goes over anything
//! that is [`Read`] or [`Write`]: a pipe, a stream socket, a file.
//!
//! Who reads believes none of it. The length is held against a limit before
//! anything is done with it; memory grows as bytes arrive and not as they are
//! announced; a payload must decode as what was asked for, to its last byte.
//! There is no checksum, since a pipe and a socket deliver what was written:
//! for memory that others can write see [`ch03_processes::frame`].
//!
//! The limit is on bytes. What they are decoded to may be larger: a `u64`
//! takes one byte at least, and a `Vec<()>` of any length takes ten at most,
//! so do not ask foreign bytes for one. Nor for a type that contains itself,
//! as `enum Expr { Number(u8), Negated(Box<Expr>) }` does: postcard has no
//! limit of depth, and 64 KiB of nested values overflow a thread's stack,
//! which aborts the whole process. Send the nodes in a `Vec`, with indices.

pub mod faults;

use crate::polling::{PIECE, poll_until};
use rustix::event::{PollFd, PollFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::Instant;

/// The bytes in front of a payload.
pub const HEADER: usize = 4;

/// The longest payload, in bytes, unless another limit is set.
pub const LONGEST: u32 = 1 << 20;

/// What a reader asks for at once.
const BUFFER: usize = 1 << 16;

/// Why there is no message.
#[derive(Debug)]
pub enum FrameError {
    /// The stream ended inside a frame: its writer died, or gave up. The
    /// frame would have had `whole` bytes, header included, if so much of it
    /// has arrived that this is known.
    Truncated {
        /// How much of the frame there is.
        arrived: usize,
        /// How much there should be.
        whole: Option<usize>,
    },
    /// A frame's payload is longer than the limit. Read, it leaves no way to
    /// tell where the next one begins: give up the stream. To be sent, it was
    /// refused, and the next one may follow.
    TooLong {
        /// What stands in the header, or would stand there.
        length: usize,
        /// The most that is believed.
        limit: u32,
    },
    /// A whole frame that is no message of the type asked for, or more than
    /// one. It is taken: the next call reads the one behind it.
    Undecodable(String),
    /// What was to be sent cannot be written in postcard's format. Nothing of
    /// it was sent.
    Unencodable(String),
    /// Nobody can read what was to be sent, or the other end was closed with
    /// something unread: the peer is gone.
    PeerDied,
    /// The deadline has come: nothing was lost. What has arrived of a message
    /// is kept, and one that was to be sent is not on its way.
    TimedOut,
    /// The deadline has come, and part of the message is on its way. The rest
    /// goes first with the next call.
    Unfinished,
    /// The system refuses.
    System(io::Error),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FrameError::*;
        match self {
            Truncated {
                arrived,
                whole: Some(whole),
            } => write!(f, "truncated: {arrived} of {whole} bytes"),
            Truncated { arrived, .. } => {
                write!(f, "truncated: {arrived} of {HEADER} bytes of a header")
            }
            TooLong { length, limit } => {
                write!(f, "oversized: {length} bytes, the limit is {limit}")
            }
            Undecodable(why) => write!(f, "undecodable: {why}"),
            Unencodable(why) => write!(f, "cannot be encoded: {why}"),
            PeerDied => f.write_str("the peer is gone"),
            TimedOut => f.write_str("the deadline has come"),
            Unfinished => f.write_str("the deadline has come in mid-frame"),
            System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FrameError {}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                FrameError::PeerDied
            }
            // So says a socket with a time-out of its own.
            ErrorKind::WouldBlock => FrameError::TimedOut,
            _ => FrameError::System(error),
        }
    }
}

/// Sends messages.
///
/// Each goes out in one `write`, if the system takes it whole: several
/// processes may share a pipe if no frame is longer than PIPE_BUF, 4,096
/// bytes. For many small messages a second, write into a
/// [`BufWriter`](io::BufWriter), and [`flush`](Self::flush) before you wait
/// for an answer.
#[derive(Debug)]
pub struct FrameWriter<W> {
    to: W,
    limit: u32,
    /// `buffer[sent..]` is on its way.
    buffer: Vec<u8>,
    sent: usize,
}

impl<W: Write> FrameWriter<W> {
    /// Messages of up to [`LONGEST`] bytes.
    pub fn new(to: W) -> Self {
        FrameWriter::with_limit(to, LONGEST)
    }

    /// Messages of up to `limit` bytes.
    pub fn with_limit(to: W, limit: u32) -> Self {
        FrameWriter {
            to,
            limit,
            buffer: Vec::new(),
            sent: 0,
        }
    }

    /// Sends `message`. With a full pipe it waits for the peer to read, and
    /// one that is stopped is waited for without limit: see
    /// [`send_before`](Self::send_before).
    ///
    /// # Errors
    ///
    /// `TooLong` and `Unencodable`: nothing was sent. `PeerDied`: when the
    /// peer ends, also while this waits for it.
    pub fn send<T>(&mut self, message: &T) -> Result<(), FrameError>
    where
        T: Serialize + ?Sized,
    {
        self.send_when(message, usize::MAX, |_| Ok(()))
    }

    /// Writes the rest of what was sent, and flushes the stream below.
    ///
    /// # Errors
    ///
    /// `PeerDied`, or the system refuses.
    pub fn flush(&mut self) -> Result<(), FrameError> {
        self.write_rest(usize::MAX, |_| Ok(()))?;
        Ok(self.to.flush()?)
    }

    /// The stream. To write to it would break the frames.
    pub fn get_ref(&self) -> &W {
        &self.to
    }

    fn send_when<T>(
        &mut self,
        message: &T,
        at_once: usize,
        wait: impl Fn(&W) -> Result<(), FrameError>,
    ) -> Result<(), FrameError>
    where
        T: Serialize + ?Sized,
    {
        self.write_rest(at_once, &wait)?;
        self.encode(message)?;
        match self.write_rest(at_once, &wait) {
            Err(FrameError::TimedOut) if self.sent == 0 => {
                self.buffer.clear();
                Err(FrameError::TimedOut)
            }
            Err(FrameError::TimedOut) => Err(FrameError::Unfinished),
            sent => sent,
        }
    }

    /// Appends the frame of `message` to the buffer, or leaves it as it was.
    fn encode<T>(&mut self, message: &T) -> Result<(), FrameError>
    where
        T: Serialize + ?Sized,
    {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&[0; HEADER]);
        let encoded = postcard::to_io(message, &mut self.buffer).map(drop);
        let length = self.buffer.len() - start - HEADER;
        let limit = self.limit;
        let refused = match (encoded, u32::try_from(length)) {
            (Ok(()), Ok(length)) if length <= limit => {
                let header = &mut self.buffer[start..start + HEADER];
                header.copy_from_slice(&length.to_le_bytes());
                return Ok(());
            }
            (Ok(()), _) => FrameError::TooLong { length, limit },
            (Err(error), _) => FrameError::Unencodable(error.to_string()),
        };
        self.buffer.truncate(start);
        Err(refused)
    }

    /// Writes what is on its way, at most `at_once` bytes at a time.
    fn write_rest(
        &mut self,
        at_once: usize,
        wait: impl Fn(&W) -> Result<(), FrameError>,
    ) -> Result<(), FrameError> {
        while self.sent < self.buffer.len() {
            wait(&self.to)?;
            let rest = &self.buffer[self.sent..];
            match self.to.write(&rest[..rest.len().min(at_once)]) {
                Ok(0) => {
                    let error = io::Error::from(ErrorKind::WriteZero);
                    return Err(FrameError::System(error));
                }
                Ok(n) => self.sent += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        self.buffer.clear();
        self.sent = 0;
        Ok(())
    }
}

impl<W: Write + AsFd> FrameWriter<W> {
    /// Sends `message`, and waits until `deadline` at most for a peer that
    /// does not read: one that is stopped, say.
    ///
    /// Nobody else may write to this pipe or socket meanwhile: it might take
    /// the room that was seen. And the stream should have no buffer of its
    /// own, as [`Stdout`](io::Stdout) has: what is in there was not sent, and
    /// a write of it waits without limit. Take a [`File`](std::fs::File) of
    /// `io::stdout().as_fd().try_clone_to_owned()?`.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send). `TimedOut`: nothing of the message was
    /// sent, nor will be. `Unfinished`: part of it was, and the rest goes out
    /// with the next call, [`flush_before`](Self::flush_before) for one.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
    /// use std::io;
    /// use std::time::{Duration, Instant};
    ///
    /// let (log, to_log) = io::pipe()?;
    /// let mut to_log = FrameWriter::new(to_log);
    /// let mut log = FrameReader::new(log);
    ///
    /// // More than the pipe holds, and nobody reads.
    /// let soon = || Instant::now() + Duration::from_millis(1);
    /// let sent = to_log.send_before(&vec![7_u8; 100_000], soon());
    /// assert!(matches!(sent, Err(FrameError::Unfinished)));
    /// let read = log.next_before::<Vec<u8>>(soon());
    /// assert!(matches!(read, Err(FrameError::TimedOut)));
    ///
    /// to_log.flush_before(soon())?;
    /// let message: Option<Vec<u8>> = log.next_before(soon())?;
    /// assert_eq!(message.map(|m| m.len()), Some(100_000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_before<T>(
        &mut self,
        message: &T,
        deadline: Instant,
    ) -> Result<(), FrameError>
    where
        T: Serialize + ?Sized,
    {
        self.send_when(message, PIECE, ready_by(PollFlags::OUT, deadline))
    }

    /// Writes the rest of what an `Unfinished` call left, and flushes the
    /// stream below.
    ///
    /// # Errors
    ///
    /// `TimedOut`: there is still a rest. `PeerDied`, or the system refuses.
    pub fn flush_before(
        &mut self,
        deadline: Instant,
    ) -> Result<(), FrameError> {
        self.write_rest(PIECE, ready_by(PollFlags::OUT, deadline))?;
        Ok(self.to.flush()?)
    }
}

/// A wait that ends when the stream is ready, or at the deadline.
fn ready_by<S: AsFd>(
    ready: PollFlags,
    deadline: Instant,
) -> impl Fn(&S) -> Result<(), FrameError> {
    move |stream| match poll_until(&mut [PollFd::new(stream, ready)], deadline)?
    {
        true => Ok(()),
        false => Err(FrameError::TimedOut),
    }
}

/// Receives messages. It reads ahead, so that nobody else may read from the
/// same stream.
#[derive(Debug)]
pub struct FrameReader<R> {
    from: R,
    limit: u32,
    /// `buffer[start..end]` has arrived, and is not taken.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: Read> FrameReader<R> {
    /// Messages of up to [`LONGEST`] bytes.
    pub fn new(from: R) -> Self {
        FrameReader::with_limit(from, LONGEST)
    }

    /// Messages of up to `limit` bytes.
    pub fn with_limit(from: R, limit: u32) -> Self {
        FrameReader {
            from,
            limit,
            buffer: Vec::new(),
            start: 0,
            end: 0,
        }
    }

    /// The next message; `None` is the stream's end, behind a whole one. A
    /// peer that dies ends the stream, wherever it is: `None` or `Truncated`,
    /// at once, if nobody else has the other end open. One that is stopped is
    /// waited for without limit: see [`next_before`](Self::next_before).
    ///
    /// # Errors
    ///
    /// As [`FrameError`] says. After `Truncated` and `TooLong` every call
    /// gives the same error.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
    ///
    /// let mut bytes = Vec::new();
    /// let mut writer = FrameWriter::new(&mut bytes);
    /// writer.send(&("savings", 120_u64))?;
    /// writer.send("rent")?;
    /// bytes.pop();
    ///
    /// let mut reader = FrameReader::new(&bytes[..]);
    /// let first: Option<(String, u64)> = reader.next()?;
    /// assert_eq!(first, Some(("savings".into(), 120)));
    /// let second = reader.next::<String>().unwrap_err();
    /// assert_eq!(second.to_string(), "truncated: 8 of 9 bytes");
    /// # Ok::<(), FrameError>(())
    /// ```
    // `Iterator` has one type of items.
    #[expect(clippy::should_implement_trait, reason = "each call has a type")]
    pub fn next<T>(&mut self) -> Result<Option<T>, FrameError>
    where
        T: DeserializeOwned,
    {
        self.next_when(|_| Ok(()))
    }

    // ANCHOR: next
    fn next_when<T: DeserializeOwned>(
        &mut self,
        wait: impl Fn(&R) -> Result<(), FrameError>,
    ) -> Result<Option<T>, FrameError> {
        loop {
            if let Some(payload) = self.take()? {
                return decode(payload).map(Some);
            }
            wait(&self.from)?;
            if self.read_once()? == 0 {
                return self.ended().map(|()| None);
            }
        }
    }

    /// The payload in front, if all of it has arrived.
    fn take(&mut self) -> Result<Option<&[u8]>, FrameError> {
        let Some(length) = self.announced()? else {
            return Ok(None);
        };
        let payload = self.start + HEADER..self.start + HEADER + length;
        if payload.end > self.end {
            return Ok(None);
        }
        self.start = payload.end;
        Ok(Some(&self.buffer[payload]))
    }

    /// What the header in front says, if it has arrived and is believed.
    fn announced(&self) -> Result<Option<usize>, FrameError> {
        let arrived = &self.buffer[self.start..self.end];
        let Some(header) = arrived.first_chunk() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*header);
        if length > self.limit {
            return Err(FrameError::TooLong {
                length: length as usize,
                limit: self.limit,
            });
        }
        Ok(Some(length as usize))
    }

    /// Reads what there is: a frame, a part of one, or several.
    fn read_once(&mut self) -> Result<usize, FrameError> {
        if self.start > 0 && self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            // Twice what has arrived, whatever was announced.
            let room = BUFFER.max(2 * self.buffer.len());
            self.buffer.resize(room, 0);
        }
        loop {
            match self.from.read(&mut self.buffer[self.end..]) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                read => {
                    let n = read?;
                    self.end += n;
                    return Ok(n);
                }
            }
        }
    }

    /// Was this a good place for the stream to end?
    fn ended(&self) -> Result<(), FrameError> {
        match self.end - self.start {
            0 => Ok(()),
            arrived => {
                let whole = self.announced()?.map(|length| HEADER + length);
                Err(FrameError::Truncated { arrived, whole })
            }
        }
    }
    // ANCHOR_END: next
}

impl<R: Read + AsFd> FrameReader<R> {
    /// The next message, if it arrives before `deadline`. What has arrived of
    /// it by then is kept for the next call.
    ///
    /// A stream that reads ahead by itself, as [`Stdin`](io::Stdin) does,
    /// cannot be waited for: a message that it holds does not show at the
    /// descriptor, and this answers `TimedOut`. Take a
    /// [`File`](std::fs::File) of `io::stdin().as_fd().try_clone_to_owned()?`.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next), and `TimedOut`.
    pub fn next_before<T>(
        &mut self,
        deadline: Instant,
    ) -> Result<Option<T>, FrameError>
    where
        T: DeserializeOwned,
    {
        self.next_when(ready_by(PollFlags::IN, deadline))
    }
}

impl<R> FrameReader<R> {
    /// Whether some of the next message has been read ahead.
    pub(crate) fn has_begun(&self) -> bool {
        self.start < self.end
    }
}

impl<R: AsFd> AsFd for FrameReader<R> {
    /// The stream's: readable when more has arrived. A message that was read
    /// ahead does not show there, so take all of them before you poll.
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.from.as_fd()
    }
}

// ANCHOR: decode
fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FrameError> {
    match postcard::take_from_bytes(payload) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => {
            let over = format!("left over: {}", rest.len());
            Err(FrameError::Undecodable(over))
        }
        Err(error) => Err(FrameError::Undecodable(error.to_string())),
    }
}
// ANCHOR_END: decode

#[cfg(test)]
mod tests;
