//! What a message of 56 bytes costs from one process to another: through a
//! ring in shared memory, one at a time and 256 at once, and in Python
//! through a `Queue` and a `Pipe`. Beside it what one thread pays that puts
//! 256 messages into a ring and takes them out again: nobody else has the
//! memory then, and all that is left is the copying.
//!
//! Sender and receiver are pinned to a CPU each. The receiver takes the time
//! of each block of 65,536 messages, and the median counts: on a machine that
//! does other things as well, some blocks are cut in two. Python's is the time
//! of all of its messages: it has no bound that keeps its sender near.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch04_ipc::ring::{self, Receiver, Sender};
use measurements::{Comparison, Sample, median, pin};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

type Message = [u64; 7];

const BATCH: usize = 256;
const BLOCK: u64 = 256 * BATCH as u64;
const MESSAGES: u64 = 101 * BLOCK;
/// What Python sends, and what wall times are scaled to.
const PYTHON: u64 = 20_000;
/// More than are sent while a sleeper wakes.
const CAPACITY: usize = 32_768;
const VALUES: &[&str] = &["wall_s", "ns_per_message"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("ring_times")
        .sample("ring, one at a time", || between(send, take))
        .sample("ring, 256 at once", || between(send_batches, take_batches))
        .sample("one thread, 256 at once", one_thread)
        .python("python Queue", "queue", VALUES)
        .python("python Pipe of bytes", "pipe", VALUES)
        .run()
}

fn message(n: u64) -> Message {
    black_box([n, 1, 2, 3, 4, 5, 6])
}

fn sum(message: &Message) -> u64 {
    message[0] + message[6]
}

fn expected() -> u64 {
    MESSAGES * (MESSAGES - 1) / 2 + 6 * MESSAGES
}

/// The sum of what was taken, and the time of each block.
#[derive(Default)]
struct Taken {
    total: u64,
    blocks: Vec<f64>,
}

fn send(sender: &mut Sender<Message>) -> Result<(), ring::Error> {
    (0..MESSAGES).try_for_each(|n| sender.send(message(n)))
}

fn take(receiver: &mut Receiver<Message>) -> Result<Taken, ring::Error> {
    let mut taken = Taken::default();
    for _ in 0..MESSAGES / BLOCK {
        let start = Instant::now();
        for _ in 0..BLOCK {
            let message = receiver.recv()?.expect("it is not the end");
            taken.total += sum(&message);
        }
        taken.blocks.push(start.elapsed().as_secs_f64());
    }
    Ok(taken)
}

fn send_batches(sender: &mut Sender<Message>) -> Result<(), ring::Error> {
    let mut batch = [message(0); BATCH];
    for start in (0..MESSAGES).step_by(BATCH) {
        for (n, place) in (start..).zip(&mut batch) {
            *place = message(n);
        }
        let mut rest = &batch[..];
        while !rest.is_empty() {
            rest = &rest[sender.send_batch(rest)?..];
        }
    }
    Ok(())
}

fn take_batches(
    receiver: &mut Receiver<Message>,
) -> Result<Taken, ring::Error> {
    let mut batch = [message(0); BATCH];
    let mut taken = Taken::default();
    for _ in 0..MESSAGES / BLOCK {
        let start = Instant::now();
        let mut left = BLOCK as usize;
        while left > 0 {
            let most = left.min(BATCH);
            let some = receiver.recv_batch(&mut batch[..most])?;
            assert!(some > 0, "it is not the end");
            taken.total += batch[..some].iter().map(sum).sum::<u64>();
            left -= some;
        }
        taken.blocks.push(start.elapsed().as_secs_f64());
    }
    Ok(taken)
}

fn between(
    send: fn(&mut Sender<Message>) -> Result<(), ring::Error>,
    take: fn(&mut Receiver<Message>) -> Result<Taken, ring::Error>,
) -> Result<Sample, Box<dyn Error>> {
    let (sender, mut receiver) = ring::channel(CAPACITY)?;
    let anywhere = allowed_cpus()?;
    let mut child = ring::in_child(sender, |mut sender| {
        let pinned = pin(1);
        let sent = send(&mut sender);
        i32::from(pinned.is_err() || sent.is_err())
    })?;
    pin(0)?;
    let taken = take(&mut receiver)?;
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    assert_eq!(taken.total, expected());
    Ok(sample(&taken))
}

fn one_thread() -> Result<Sample, Box<dyn Error>> {
    let (mut sender, mut receiver) = ring::channel(CAPACITY)?;
    let mut batch = [message(0); BATCH];
    let mut received = batch;
    let mut taken = Taken::default();
    for block in (0..MESSAGES).step_by(BLOCK as usize) {
        let start = Instant::now();
        for first in (block..block + BLOCK).step_by(BATCH) {
            for (n, place) in (first..).zip(&mut batch) {
                *place = message(n);
            }
            assert_eq!(sender.send_batch(&batch)?, BATCH);
            assert_eq!(receiver.recv_batch(&mut received)?, BATCH);
            taken.total += received.iter().map(sum).sum::<u64>();
        }
        taken.blocks.push(start.elapsed().as_secs_f64());
    }
    assert_eq!(taken.total, expected());
    Ok(sample(&taken))
}

fn sample(taken: &Taken) -> Sample {
    let each = median(&taken.blocks) / BLOCK as f64;
    vec![
        ("wall_s", each * PYTHON as f64),
        ("ns_per_message", each * 1e9),
    ]
}
