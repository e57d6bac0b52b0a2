//! How long a message of 56 bytes takes to another process and back: through
//! two rings in shared memory, with a CPU for each process and with one for
//! both, and in Python through two `Queue`s and through a `Pipe` of bytes.
//! Beside it what no message can beat: a cache line that goes to and fro.
//!
//! A time is the median of 101 blocks of round trips.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::ring;
use measurements::{Comparison, Sample, median, pin};
use std::error::Error;
use std::hint::spin_loop;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::Instant;

type Message = [u64; 7];

const BLOCKS: u64 = 101;
/// Round trips in a block, for each on its own CPU, and for both on one.
const APART: u64 = 1_000;
const TOGETHER: u64 = 100;
/// What wall times are scaled to.
const TRIPS: f64 = 1_000.0;
const VALUES: &[&str] = &["wall_s", "ns_per_trip"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("round_trip_times")
        .sample("ring, two CPUs", || through_rings(1, APART))
        .sample("cache line, two CPUs", cache_line)
        .sample("ring, one CPU", || through_rings(0, TOGETHER))
        .python("python Queue, two CPUs", "queue-two", VALUES)
        .python("python Queue, one CPU", "queue-one", VALUES)
        .python("python Pipe, two CPUs", "pipe-two", VALUES)
        .python("python Pipe, one CPU", "pipe-one", VALUES)
        .run()
}

/// The child runs on the CPU `theirs`, this process on the first one.
fn through_rings(theirs: usize, block: u64) -> Result<Sample, Box<dyn Error>> {
    let anywhere = allowed_cpus()?;
    if theirs == 0 {
        // A ring asks how many CPUs there are when it is made.
        pin(0)?;
    }
    let (mut questions, asked) = ring::channel::<Message>(64)?;
    let (answering, mut answers) = ring::channel::<Message>(64)?;
    let mut child =
        ring::in_child((asked, answering), |(mut asked, mut answering)| {
            let mut answer = || -> Result<(), Box<dyn Error>> {
                pin(theirs)?;
                while let Some(question) = asked.recv()? {
                    answering.send(question)?;
                }
                Ok(())
            };
            i32::from(answer().is_err())
        })?;
    pin(0)?;
    let times = blocks(block, |n| {
        questions.send([n; 7])?;
        let answer = answers.recv()?;
        assert_eq!(answer, Some([n; 7]));
        Ok(())
    });
    pin_to(&anywhere)?;
    drop(questions);
    assert!(child.wait()?.success());
    times
}

/// A number in one line goes there, and in another comes back.
fn cache_line() -> Result<Sample, Box<dyn Error>> {
    let words = Shared::<[AtomicU64; 64]>::new()?;
    let (there, back) = (&words[0], &words[32]);
    let anywhere = allowed_cpus()?;
    let mut child = ForkedChild::start(|| {
        let pinned = pin(1);
        for n in 1..=BLOCKS * APART {
            while there.load(Acquire) != n {
                spin_loop();
            }
            back.store(n, Release);
        }
        i32::from(pinned.is_err())
    })?;
    pin(0)?;
    let times = blocks(APART, |n| {
        there.store(n + 1, Release);
        while back.load(Acquire) != n + 1 {
            spin_loop();
        }
        Ok(())
    });
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    times
}

fn blocks(
    block: u64,
    mut trip: impl FnMut(u64) -> Result<(), ring::Error>,
) -> Result<Sample, Box<dyn Error>> {
    let mut times = Vec::new();
    for first in (0..BLOCKS * block).step_by(block as usize) {
        let start = Instant::now();
        (first..first + block).try_for_each(&mut trip)?;
        times.push(start.elapsed().as_secs_f64() / block as f64);
    }
    let each = median(&times);
    Ok(vec![("wall_s", each * TRIPS), ("ns_per_trip", each * 1e9)])
}
