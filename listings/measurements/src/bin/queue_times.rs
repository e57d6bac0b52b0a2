//! What a message of 64 bytes costs from process to process, in queues of
//! Rust's, of Python's and of the kernel's.
//!
//! Producers run on one core and consumers on another, if there are two. Each
//! process takes the time itself, and a round lasts from the first that begins
//! to the last that ends. `wall_s` is the time of a million messages;
//! `cpu_ns` is what one takes of all CPUs, which bears a busy machine better.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::{Shared, SharedSlice};
use ch04_ipc::queue::Queue;
use ipc_channel::ipc;
use measurements::{Comparison, Sample, pin};
use nix::mqueue::{MQ_OFlag, MqAttr, mq_open, mq_receive, mq_send, mq_unlink};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::stat::Mode;
use nix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::hint::black_box;
use std::process;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};
use std::thread;

/// Eight readings of a sensor.
type Message = [f64; 8];

const MESSAGE: Message = [20.5; 8];

fn nanoseconds() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("it exists");
    now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64
}

/// The CPU time of the children that have ended, in nanoseconds.
fn cpu() -> Result<f64, Box<dyn Error>> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let times = [usage.user_time(), usage.system_time()];
    let seconds = times.map(|t| t.tv_sec() as f64 * 1e9);
    let parts = times.map(|t| t.tv_usec() as f64 * 1e3);
    Ok(seconds.iter().chain(&parts).sum())
}

/// Runs `produce` in `pairs` processes and `consume` in as many, which each
/// move `messages` messages.
fn measure(
    pairs: usize,
    messages: usize,
    produce: impl Fn(),
    consume: impl Fn(),
) -> Result<Sample, Box<dyn Error>> {
    let times = SharedSlice::<AtomicU64>::new(4 * pairs)?;
    let ready = Shared::<AtomicU32>::new()?;
    let child = |i: usize, core: usize, work: &dyn Fn()| {
        ForkedChild::start(|| {
            let _ = pin(core);
            ready.fetch_add(1, SeqCst);
            while ready.load(SeqCst) < 2 * pairs as u32 {
                thread::yield_now();
            }
            times[2 * i].store(nanoseconds(), SeqCst);
            work();
            times[2 * i + 1].store(nanoseconds(), SeqCst);
            0
        })
    };
    let before = cpu()?;
    let mut children = Vec::new();
    for i in 0..pairs {
        children.push(child(2 * i, 0, &produce)?);
        children.push(child(2 * i + 1, 1, &consume)?);
    }
    for child in &mut children {
        if !child.wait()?.success() {
            return Err("a process failed".into());
        }
    }
    let all = |from| times.iter().skip(from).step_by(2);
    let begin = all(0).map(|t| t.load(SeqCst)).min().unwrap_or_default();
    let end = all(1).map(|t| t.load(SeqCst)).max().unwrap_or_default();
    let each = (end - begin) as f64 / (pairs * messages) as f64;
    let cpu = (cpu()? - before) / (pairs * messages) as f64;
    Ok(vec![
        ("wall_s", each / 1e3),
        ("message_ns", each),
        ("cpu_ns", cpu),
    ])
}

fn ours(pairs: usize) -> Result<Sample, Box<dyn Error>> {
    const MESSAGES: usize = 400_000;
    let queue = Queue::<Message>::new(4096, 64)?;
    let produce = || {
        for _ in 0..MESSAGES {
            queue.put(&MESSAGE).expect("it is open");
        }
    };
    let consume = || {
        for _ in 0..MESSAGES {
            black_box(queue.get().expect("messages come"));
        }
    };
    measure(pairs, MESSAGES, produce, consume)
}

fn channel() -> Result<Sample, Box<dyn Error>> {
    const MESSAGES: usize = 50_000;
    let (sender, receiver) = ipc::channel::<Message>()?;
    let produce = || {
        for _ in 0..MESSAGES {
            sender.send(MESSAGE).expect("it is open");
        }
    };
    let consume = || {
        for _ in 0..MESSAGES {
            black_box(receiver.recv().expect("messages come"));
        }
    };
    measure(1, MESSAGES, produce, consume)
}

fn kernels(pairs: usize) -> Result<Sample, Box<dyn Error>> {
    const MESSAGES: usize = 20_000;
    let name = format!("/times-{}", process::id());
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_RDWR;
    let attributes = MqAttr::new(0, 10, 64, 0);
    let queue =
        mq_open(name.as_str(), flags, Mode::S_IRWXU, Some(&attributes))?;
    mq_unlink(name.as_str())?;
    let produce = || {
        for _ in 0..MESSAGES {
            mq_send(&queue, &[7; 64], 0).expect("it is open");
        }
    };
    let consume = || {
        let mut message = [0; 64];
        for _ in 0..MESSAGES {
            mq_receive(&queue, &mut message, &mut 0).expect("messages come");
        }
    };
    measure(pairs, MESSAGES, produce, consume)
}

fn main() -> Result<(), Box<dyn Error>> {
    let values = &["wall_s", "message_ns", "cpu_ns"];
    Comparison::new("queue_times")
        .python("Python Queue, 1 to 1", "Queue 1", values)
        .python("Python Queue, 2 to 2", "Queue 2", values)
        .python("Python SimpleQueue, 1 to 1", "SimpleQueue 1", values)
        .sample("mq_send, 1 to 1", || kernels(1))
        .sample("mq_send, 2 to 2", || kernels(2))
        .sample("ipc-channel, 1 to 1", channel)
        .sample("Queue, 1 to 1", || ours(1))
        .sample("Queue, 2 to 2", || ours(2))
        .run()
}
