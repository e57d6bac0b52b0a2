//! What a message of 56 bytes costs from one process to another: through a
//! ring in shared memory, one at a time and 256 at once, and in Python
//! through a `Queue` and a `Pipe`. Beside it what one thread pays that puts
//! 256 messages into a ring and takes them out again: nobody else has the
//! memory then, and all that is left is the copying.
//!
//! Sender and receiver are pinned to a CPU each.

use ch03_processes::shared::Shared;
use ch04_ipc::ring::{self, Receiver, Sender};
use measurements::{Comparison, Sample};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Instant;

type Message = [u64; 7];

const BATCH: usize = 256;
/// Multiples of a batch.
const SINGLY: u64 = 8_000 * BATCH as u64;
const IN_BATCHES: u64 = 32_000 * BATCH as u64;
/// What Python sends, and what wall times are scaled to.
const PYTHON: u64 = 20_000;
/// More than are sent while a sleeper wakes.
const CAPACITY: usize = 32_768;
const VALUES: &[&str] = &["wall_s", "ns_per_message"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("ring_times")
        .sample("ring, one at a time", || between(SINGLY, send, take))
        .sample("ring, 256 at once", || {
            between(IN_BATCHES, send_batches, take_batches)
        })
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

fn expected(messages: u64) -> u64 {
    messages * (messages - 1) / 2 + 6 * messages
}

fn send(
    sender: &mut Sender<Message>,
    messages: u64,
) -> Result<(), ring::Error> {
    (0..messages).try_for_each(|n| sender.send(message(n)))
}

fn take(receiver: &mut Receiver<Message>) -> Result<u64, ring::Error> {
    let mut total = 0;
    while let Some(message) = receiver.recv()? {
        total += sum(&message);
    }
    Ok(total)
}

fn send_batches(
    sender: &mut Sender<Message>,
    messages: u64,
) -> Result<(), ring::Error> {
    let mut batch = [message(0); BATCH];
    for start in (0..messages).step_by(BATCH) {
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

fn take_batches(receiver: &mut Receiver<Message>) -> Result<u64, ring::Error> {
    let mut batch = [message(0); BATCH];
    let mut total = 0;
    loop {
        match receiver.recv_batch(&mut batch)? {
            0 => return Ok(total),
            some => total += batch[..some].iter().map(sum).sum::<u64>(),
        }
    }
}

/// From the moment that both are there until the last message is taken.
fn between(
    messages: u64,
    send: fn(&mut Sender<Message>, u64) -> Result<(), ring::Error>,
    take: fn(&mut Receiver<Message>) -> Result<u64, ring::Error>,
) -> Result<Sample, Box<dyn Error>> {
    let there = Shared::<AtomicU64>::new()?;
    let all_there = || {
        there.fetch_add(1, SeqCst);
        while there.load(SeqCst) < 2 {
            thread::yield_now();
        }
    };
    let (sender, mut receiver) = ring::channel(CAPACITY)?;
    let anywhere = sched_getaffinity(Pid::from_raw(0))?;
    let mut child = ring::in_child(sender, |mut sender| {
        let pinned = pin(1);
        all_there();
        let sent = send(&mut sender, messages);
        i32::from(pinned.is_err() || sent.is_err())
    })?;
    pin(0)?;
    all_there();
    let start = Instant::now();
    let total = take(&mut receiver)?;
    let wall = start.elapsed().as_secs_f64();
    sched_setaffinity(Pid::from_raw(0), &anywhere)?;
    assert!(child.wait()?.success());
    assert_eq!(total, expected(messages));
    Ok(sample(wall, messages))
}

fn one_thread() -> Result<Sample, Box<dyn Error>> {
    let (mut sender, mut receiver) = ring::channel(CAPACITY)?;
    let mut batch = [message(0); BATCH];
    let mut taken = batch;
    let mut total = 0;
    let start = Instant::now();
    for first in (0..IN_BATCHES).step_by(BATCH) {
        for (n, place) in (first..).zip(&mut batch) {
            *place = message(n);
        }
        assert_eq!(sender.send_batch(&batch)?, BATCH);
        assert_eq!(receiver.recv_batch(&mut taken)?, BATCH);
        total += taken.iter().map(sum).sum::<u64>();
    }
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(total, expected(IN_BATCHES));
    Ok(sample(wall, IN_BATCHES))
}

fn sample(wall: f64, messages: u64) -> Sample {
    vec![
        ("wall_s", wall * PYTHON as f64 / messages as f64),
        ("ns_per_message", wall * 1e9 / messages as f64),
    ]
}

/// To the first or the second of the CPUs that this process may use.
fn pin(which: usize) -> nix::Result<()> {
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let cpus: Vec<usize> = (0..CpuSet::count())
        .filter(|&cpu| allowed.is_set(cpu).unwrap_or(false))
        .collect();
    let mut one = CpuSet::new();
    one.set(cpus[which.min(cpus.len() - 1)])?;
    sched_setaffinity(Pid::from_raw(0), &one)
}
