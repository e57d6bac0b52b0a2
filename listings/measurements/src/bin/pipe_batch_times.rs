//! What a message of 64 bytes costs from one process to another, over a pipe
//! and over a Unix socket: one `write` and one `read` each, or collected in
//! buffers of 64 KiB; beside Python's `Queue` and `Pipe`.
//!
//! The reader measures, from the first message to the last. Each of the two
//! processes stays on a CPU of its own, if there are two. `wall_s` is a
//! message's share.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch04_ipc::frames::{FrameReader, FrameWriter};
use measurements::{Comparison, Sample};
use std::error::Error;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

const BUFFER: usize = 64 * 1024;

type Message = [u64; 8];

/// A message is eight words: the first is its number.
fn message(number: u64) -> Message {
    [number, 1, 2, 3, 4, 5, 6, 7]
}

fn write(to: &mut impl Write, messages: u64) -> io::Result<()> {
    let mut bytes = [0; 64];
    for number in 0..messages {
        let words = bytes.as_chunks_mut::<8>().0.iter_mut();
        words.zip(message(number)).for_each(|(to, word)| {
            *to = word.to_le_bytes();
        });
        to.write_all(&bytes)?;
    }
    to.flush()
}

/// The sum of all words, so that each byte is looked at.
fn read(from: &mut impl Read, messages: u64) -> io::Result<u64> {
    let mut bytes = [0; 64];
    let mut sum = 0;
    for _ in 1..messages {
        from.read_exact(&mut bytes)?;
        let words = bytes.as_chunks::<8>().0.iter();
        sum += words.map(|word| u64::from_le_bytes(*word)).sum::<u64>();
    }
    Ok(sum)
}

fn write_frames(to: impl Write, messages: u64) -> io::Result<()> {
    let mut to = FrameWriter::new(BufWriter::with_capacity(BUFFER, to));
    (0..messages)
        .try_for_each(|number| to.send(&message(number)))
        .and_then(|()| to.flush())
        .map_err(io::Error::other)
}

fn read_frames(from: &mut FrameReader<impl Read>, messages: u64) -> u64 {
    let mut sum = 0;
    for _ in 1..messages {
        let message = from.next::<Message>().expect("it is sound");
        sum += message.expect("it is there").iter().sum::<u64>();
    }
    sum
}

/// Forks the writer, and measures `rest` behind the `first` message.
fn sample<R>(
    messages: u64,
    mut from: R,
    writer: impl FnOnce() -> io::Result<()>,
    first: impl FnOnce(&mut R) -> io::Result<()>,
    rest: impl FnOnce(&mut R) -> io::Result<u64>,
) -> Result<Sample, Box<dyn Error>> {
    let cpus = allowed_cpus()?;
    let (here, there) = (cpus[0], *cpus.last().unwrap_or(&cpus[0]));
    let mut child = ForkedChild::start(|| {
        i32::from(pin_to(&[there]).is_err() || writer().is_err())
    })?;
    pin_to(&[here])?;
    first(&mut from)?;
    let start = Instant::now();
    let sum = rest(&mut from)?;
    let wall = start.elapsed().as_secs_f64();
    pin_to(&cpus)?;
    // Without the first one, whose number is 0.
    assert_eq!(sum, (1..messages).map(|n| n + 28).sum::<u64>());
    if !child.wait()?.success() {
        return Err("the writer failed".into());
    }
    let each = wall / (messages - 1) as f64;
    Ok(vec![("wall_s", each), ("ns", each * 1e9)])
}

/// Messages over a stream, of which these are the two ends.
fn stream<R: Read, W: Write>(
    (from, mut to): (R, W),
    buffered: bool,
) -> Result<Sample, Box<dyn Error>> {
    if buffered {
        let messages = 1_000_000;
        let from = BufReader::with_capacity(BUFFER, from);
        let mut to = BufWriter::with_capacity(BUFFER, to);
        let writer = move || write(&mut to, messages);
        sample(messages, from, writer, read_first, |f| read(f, messages))
    } else {
        let messages = 200_000;
        let writer = move || write(&mut to, messages);
        sample(messages, from, writer, read_first, |f| read(f, messages))
    }
}

fn read_first(from: &mut impl Read) -> io::Result<()> {
    from.read_exact(&mut [0; 64])
}

fn frames() -> Result<Sample, Box<dyn Error>> {
    let messages = 1_000_000;
    let (from, to) = io::pipe()?;
    sample(
        messages,
        FrameReader::new(from),
        move || write_frames(to, messages),
        |from| from.next::<Message>().map(drop).map_err(io::Error::other),
        |from| Ok(read_frames(from, messages)),
    )
}

fn main() -> Result<(), Box<dyn Error>> {
    let values = &["wall_s", "ns"];
    Comparison::new("pipe_batch_times")
        .python("Python: Queue", "queue", values)
        .python("Python: Pipe, send_bytes", "pipe", values)
        .sample("pipe, each", || stream(io::pipe()?, false))
        .sample("pipe, buffered", || stream(io::pipe()?, true))
        .sample("socket, each", || stream(UnixStream::pair()?, false))
        .sample("socket, buffered", || stream(UnixStream::pair()?, true))
        .sample("frames, pipe, buffered", frames)
        .run()
}
