//! Kills one side of a stream of frames at every step, on purpose: the tests
//! of this module, as functions that a program calls, since a test runner has
//! threads and may not fork.

use super::{FrameError, FrameReader, FrameWriter};
use crate::asleep::until_asleep_in;
use ch03_processes::fork::ForkedChild;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process;
use std::time::{Duration, Instant};

/// What happens to the one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// SIGKILL.
    Kill,
    /// SIGSTOP: it neither ends nor goes on.
    Stop,
    /// `exit(3)`.
    Exit,
    /// SIGKILL from outside, while it sleeps in the middle of a read or write.
    KillAsleep,
}

impl Fault {
    fn strike(self) {
        match self {
            Fault::Kill => drop(raise(Signal::SIGKILL)),
            // Killed while it is stopped, it never returns.
            Fault::Stop => drop(raise(Signal::SIGSTOP)),
            Fault::Exit => process::exit(3),
            Fault::KillAsleep => {}
        }
    }
}

/// A plan: what happens to whom, over what, and when.
#[derive(Clone, Debug)]
pub struct Plan {
    fault: Fault,
    to_the_writer: bool,
    over_a_socket: bool,
    /// How long the messages are.
    lengths: Vec<usize>,
    /// After so many bytes, of all that the frames have.
    at: usize,
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64) -> impl Iterator<Item = Plan> {
        const FAULTS: [Fault; 4] =
            [Fault::Kill, Fault::Stop, Fault::Exit, Fault::KillAsleep];
        const LENGTHS: [usize; 4] = [0, 50, 5_000, 200_000];
        let mut random = fastrand::Rng::with_seed(seed);
        // Sixteen of them are all combinations once.
        (0..).map(move |i: usize| {
            let fault = FAULTS[i % 4];
            let count = random.usize(1..6);
            let mut lengths: Vec<usize> =
                (0..count).map(|_| LENGTHS[random.usize(..4)]).collect();
            if fault == Fault::KillAsleep {
                // More than a pipe or a socket holds: it sleeps in a write.
                lengths.extend([500_000; 2]);
            }
            let ends = ends(&lengths);
            let all = *ends.last().expect("there is a message");
            let at = match random.usize(..3) {
                _ if fault == Fault::KillAsleep => all,
                // Between two frames.
                0 => ends[random.usize(..count)],
                _ => random.usize(..=all),
            };
            Plan {
                fault,
                to_the_writer: (i / 4).is_multiple_of(2),
                over_a_socket: (i / 8).is_multiple_of(2),
                lengths,
                at,
            }
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What was not as [`FrameReader`] and [`FrameWriter`] promise.
    pub fn run(&self) -> Result<(), Box<dyn Error>> {
        let result = match self.over_a_socket {
            true => {
                let (from, to) = UnixStream::pair()?;
                self.strike(from.into(), to.into())
            }
            false => {
                let (from, to) = io::pipe()?;
                self.strike(from.into(), to.into())
            }
        };
        result.map_err(|error| format!("{self:?}: {error}").into())
    }

    fn strike(&self, from: OwnedFd, to: OwnedFd) -> Result<(), Box<dyn Error>> {
        match self.to_the_writer {
            true => self.strike_the_writer(from, to),
            false => self.strike_the_reader(from, to),
        }
    }

    fn strike_the_writer(
        &self,
        from: OwnedFd,
        to: OwnedFd,
    ) -> Result<(), Box<dyn Error>> {
        let mut from = Some(from);
        let mut writer = ForkedChild::start(|| {
            // Else it would not be told if the reader died.
            drop(from.take());
            let bytes: Vec<u8> =
                self.lengths.iter().flat_map(|n| frame(*n)).collect();
            // It stays open until the end: that alone shall tell.
            let mut to = Stream(to);
            let written = to.write_all(&bytes[..self.at]);
            self.fault.strike();
            i32::from(written.is_err())
        })?;
        if self.fault == Fault::KillAsleep {
            until_asleep_in(libc::SYS_write, writer.pid())?;
            writer.kill()?;
        }

        let from = from.expect("only the child's copy was closed");
        let mut reader = FrameReader::new(Stream(from));
        let (mut frames, mut whole) = (0, 0);
        let deadline = later();
        let end = loop {
            match reader.next_before::<String>(soon()) {
                Ok(Some(message)) => {
                    if message != text(self.lengths[frames]) {
                        return Err(format!("frame {frames} is wrong").into());
                    }
                    whole += frame(self.lengths[frames]).len();
                    frames += 1;
                }
                Err(FrameError::TimedOut) => {
                    if writer.stopped()?.is_some() {
                        writer.kill()?;
                    }
                    not_after(deadline)?;
                }
                end => break end,
            }
        };
        writer.wait()?;
        let begun = match end {
            Ok(None) => 0,
            Err(FrameError::Truncated { arrived, .. }) if arrived > 0 => {
                arrived
            }
            other => return Err(format!("at the end: {other:?}").into()),
        };
        let next = self.lengths.get(frames).map_or(1, |n| frame(*n).len());
        let all = match self.fault {
            // It depends on the system, how much it had written.
            Fault::KillAsleep => whole + begun < self.at,
            _ => whole + begun == self.at,
        };
        match all && begun < next {
            true => Ok(()),
            false => Err(format!("{frames} frames, {begun} bytes").into()),
        }
    }

    fn strike_the_reader(
        &self,
        from: OwnedFd,
        to: OwnedFd,
    ) -> Result<(), Box<dyn Error>> {
        let mut to = Some(to);
        let mut reader = ForkedChild::start(|| {
            drop(to.take());
            let mut from = Stream(from);
            if self.fault == Fault::KillAsleep {
                let _ = io::copy(&mut from, &mut io::sink());
            }
            let read = from.read_exact(&mut vec![0; self.at]);
            self.fault.strike();
            i32::from(read.is_err())
        })?;
        let to = to.expect("only the child's copy was closed");
        let mut writer = FrameWriter::new(Stream(to));
        let message = text(50_000);
        if self.fault == Fault::KillAsleep {
            writer.send_before(&message, later())?;
            until_asleep_in(libc::SYS_read, reader.pid())?;
            reader.kill()?;
            reader.wait()?;
        }
        let deadline = later();
        // What it reads, and then more than any buffer holds.
        let end = loop {
            match writer.send_before(&message, soon()) {
                Ok(()) => {}
                Err(FrameError::TimedOut | FrameError::Unfinished) => {
                    if reader.stopped()?.is_some() {
                        reader.kill()?;
                    }
                    not_after(deadline)?;
                }
                end => break end,
            }
        };
        reader.wait()?;
        match end {
            Err(FrameError::PeerDied) => Ok(()),
            other => Err(format!("at the end: {other:?}").into()),
        }
    }
}

fn not_after(deadline: Instant) -> Result<(), &'static str> {
    match Instant::now() > deadline {
        true => Err("nobody was struck"),
        false => Ok(()),
    }
}

/// A message of so many bytes.
fn text(bytes: usize) -> String {
    "7".repeat(bytes)
}

/// Its frame.
fn frame(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let sent = FrameWriter::new(&mut bytes).send(&text(length));
    sent.expect("a vector takes it");
    bytes
}

/// Where the frames of these messages end.
fn ends(lengths: &[usize]) -> Vec<usize> {
    let mut end = 0;
    let mut next = |length: &usize| {
        end += frame(*length).len();
        end
    };
    lengths.iter().map(&mut next).collect()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(5)
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

/// Pipe or socket: both know read(2) and write(2).
#[derive(Debug)]
struct Stream(OwnedFd);

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(&self.0, into)?)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(&self.0, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}
