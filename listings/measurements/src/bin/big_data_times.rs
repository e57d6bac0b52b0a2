//! What it takes to have another process, which runs already, sum numbers:
//! from the moment when they are there to the moment when it has the sum, by
//! size and by the way that they go.
//!
//! `in place` is the sum of numbers that are the process's own: what reading
//! memory takes. `wall_s` is the median of several hand-overs. The two
//! processes are pinned to two processors, if there are two. Python sums with
//! NumPy if it is there, and in a loop of its own otherwise, which says little:
//! name one that has it in `$PYTHON`.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::shared::{Shared, SharedSlice};
use ch04_ipc::belt::belt;
use ch04_ipc::handover::{Draft, Parcel, channel};
use measurements::{Comparison, Sample, median, pin};
use nix::fcntl::{FcntlArg, fcntl};
use nix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use zerocopy::{FromBytes, IntoBytes};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
/// A build without optimization measures nothing, and takes its time.
const LARGEST: usize = if cfg!(debug_assertions) {
    2 * MIB
} else {
    256 * MIB
};
const SIZES: [usize; 5] = [4 * KIB, 64 * KIB, MIB, LARGEST / 16, LARGEST];
const LIMIT: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Nanoseconds of the clock that all processes share.
fn now() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("it is there");
    time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64
}

/// Eight sums at once, so that no addition waits for the one before.
fn sum(numbers: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let eights = numbers.chunks_exact(8);
    let rest = eights.remainder();
    for eight in eights {
        for (sum, number) in sums.iter_mut().zip(eight) {
            *sum += number;
        }
    }
    sums.iter().chain(rest).sum()
}

/// The same of numbers that another process may change.
fn sum_shared(numbers: &[AtomicU64]) -> f64 {
    let mut sums = [0.0; 8];
    let eights = numbers.chunks_exact(8);
    let rest: f64 = eights.remainder().iter().map(load).sum();
    for eight in eights {
        for (sum, number) in sums.iter_mut().zip(eight) {
            *sum += load(number);
        }
    }
    sums.iter().sum::<f64>() + rest
}

fn load(number: &AtomicU64) -> f64 {
    f64::from_bits(number.load(Relaxed))
}

fn numbers(size: usize) -> Vec<f64> {
    (0..size / 8).map(|n| (n % 1000) as f64).collect()
}

/// A child sends, and this process receives, several times. Only the time
/// between the two counts: not what the sender does before it is ready, in
/// `prepare`, and not the giving back of what the receiver keeps, its `K`.
fn between<P, K>(
    size: usize,
    mut prepare: impl FnMut() -> Result<P>,
    mut send: impl FnMut(P) -> Result<()>,
    mut receive: impl FnMut() -> Result<(f64, K)>,
) -> Result<Sample> {
    let times = times(size);
    let expected = sum(&numbers(size));
    let started = Shared::<AtomicU64>::new()?;
    let (ours, theirs) = Meeting::sides()?;
    let anywhere = allowed_cpus()?;
    let mut child = ForkedChild::start(|| {
        if pin(1).is_err() {
            return 1;
        }
        // One more: the first finds cold caches, and pages not there yet.
        let sent = (0..=times).try_for_each(|_| {
            let prepared = prepare()?;
            theirs.meet()?;
            started.store(now(), Relaxed);
            send(prepared)
        });
        sent.map_or(1, |()| 0)
    })?;
    pin(0)?;
    let mut all = Vec::new();
    for _ in 0..=times {
        ours.meet()?;
        let (got, kept) = receive()?;
        let end = now();
        drop(kept);
        assert!(got == expected, "{got}, not {expected}");
        all.push((end - started.load(Relaxed)) as f64 / 1e9);
    }
    if !child.wait()?.success() {
        return Err("the sender failed".into());
    }
    pin_to(&anywhere)?;
    Ok(sample(size, &all[1..]))
}

/// How often.
fn times(size: usize) -> usize {
    if size >= 16 * MIB { 5 } else { 51 }
}

fn sample(size: usize, all: &[f64]) -> Sample {
    let wall = median(all);
    vec![("wall_s", wall), ("gb_per_s", size as f64 / wall / 1e9)]
}

/// One process alone: nobody else says when to begin.
fn in_place(size: usize) -> Sample {
    let own = numbers(size);
    let sums = (0..=times(size)).map(|_| {
        let start = now();
        black_box(sum(black_box(&own)));
        (now() - start) as f64 / 1e9
    });
    let all: Vec<f64> = sums.collect();
    sample(size, &all[1..])
}

/// A pipe of 64 KiB, into a `Vec`, as the obvious program does.
fn pipe(size: usize) -> Result<Sample> {
    let (mut reader, mut writer) = io::pipe()?;
    let own = numbers(size);
    between(
        size,
        || Ok(()),
        |()| Ok(writer.write_all(own.as_bytes())?),
        || {
            let mut bytes = Vec::with_capacity(size);
            (&mut reader).take(size as u64).read_to_end(&mut bytes)?;
            let numbers = <[f64]>::ref_from_bytes(&bytes);
            let sum = sum(numbers.map_err(|e| e.to_string())?);
            Ok((sum, bytes))
        },
    )
}

/// A pipe of 1 MiB, summed as it comes.
fn wide_pipe(size: usize) -> Result<Sample> {
    let (mut reader, mut writer) = io::pipe()?;
    // Without the right to it the pipe stays as it is.
    let _ = fcntl(&writer, FcntlArg::F_SETPIPE_SZ(MIB as i32));
    let own = numbers(size);
    let mut part = vec![0.0; size.min(MIB) / 8];
    between(
        size,
        || Ok(()),
        |()| Ok(writer.write_all(own.as_bytes())?),
        || {
            let mut total = 0.0;
            for _ in 0..size / (part.len() * 8) {
                reader.read_exact(part.as_mut_bytes())?;
                total += sum(&part);
            }
            Ok((total, ()))
        },
    )
}

fn sealed(numbers: &[f64]) -> Result<Parcel> {
    let draft = Draft::<AtomicU64>::new("numbers", numbers.len())?;
    for (to, number) in draft.iter().zip(numbers) {
        to.store(number.to_bits(), Relaxed);
    }
    Ok(draft.seal()?)
}

/// The numbers were made in memory that is handed over, a new one each time.
fn parcel(size: usize) -> Result<Sample> {
    let (outbox, inbox) = channel()?;
    let own = numbers(size);
    between(
        size,
        || sealed(&own),
        |parcel| Ok(outbox.send(&parcel, LIMIT)?),
        || {
            let parcel = inbox.receive(size, LIMIT)?;
            let numbers = <[f64]>::ref_from_bytes(&parcel);
            let sum = sum(numbers.map_err(|e| e.to_string())?);
            Ok((sum, parcel))
        },
    )
}

/// The numbers have to be copied into the memory first.
fn copied_parcel(size: usize) -> Result<Sample> {
    let (outbox, inbox) = channel()?;
    let own = numbers(size);
    between(
        size,
        || Ok(()),
        |()| Ok(outbox.send(&sealed(&own)?, LIMIT)?),
        || {
            let parcel = inbox.receive(size, LIMIT)?;
            let numbers = <[f64]>::ref_from_bytes(&parcel);
            let sum = sum(numbers.map_err(|e| e.to_string())?);
            Ok((sum, parcel))
        },
    )
}

/// The numbers were handed over earlier, and this process has touched them:
/// only the word that it is to sum them is new.
fn sealed_before(size: usize) -> Result<Sample> {
    let parcel = sealed(&numbers(size))?;
    let numbers = <[f64]>::ref_from_bytes(&parcel);
    let numbers = numbers.map_err(|e| e.to_string())?;
    let (mut reader, mut writer) = io::pipe()?;
    between(
        size,
        || Ok(()),
        |()| Ok(writer.write_all(&[1])?),
        || {
            reader.read_exact(&mut [0])?;
            Ok((sum(numbers), ()))
        },
    )
}

/// The numbers are made in memory that both have mapped and touched before,
/// and that the sender goes on to change: so they are atomics.
fn mapped_before(size: usize) -> Result<Sample> {
    let memory = SharedSlice::<AtomicU64>::new(size / 8)?;
    for (to, number) in memory.iter().zip(numbers(size)) {
        to.store(number.to_bits(), Relaxed);
    }
    let (mut reader, mut writer) = io::pipe()?;
    between(
        size,
        || Ok(()),
        |()| Ok(writer.write_all(&[1])?),
        || {
            reader.read_exact(&mut [0])?;
            Ok((sum_shared(&memory), ()))
        },
    )
}

/// Private numbers, through eight chunks of 1 MiB.
fn chunks(size: usize) -> Result<Sample> {
    let (mut loader, mut unloader) = belt(8, MIB / 8)?;
    let own = numbers(size);
    between(
        size,
        || Ok(()),
        |()| Ok(loader.load(words(&own), LIMIT)?),
        || {
            let mut total = 0.0;
            unloader.unload(LIMIT, |words| total += sum_shared(words))?;
            Ok((total, ()))
        },
    )
}

/// Floating-point numbers as the words that they are.
fn words(numbers: &[f64]) -> &[u64] {
    <[u64]>::ref_from_bytes(numbers.as_bytes()).expect("eight bytes as well")
}

fn main() -> Result<()> {
    let leak = |text: String| -> &'static str { Box::leak(text.into()) };
    let mut all = Comparison::new("big_data_times");
    for size in SIZES.into_iter().rev() {
        let name = |what: &str| match size {
            MIB.. => leak(format!("{} MiB: {what}", size / MIB)),
            _ => leak(format!("{} KiB: {what}", size / KIB)),
        };
        let values = &["wall_s", "gb_per_s"];
        let argument = |how: &str| leak(format!("{how} {size}"));
        all = all
            .python(name("Python Queue"), argument("queue"), values)
            .python(name("Python send_bytes"), argument("bytes"), values)
            .python(name("Python mapped before"), argument("shared"), values)
            .sample(name("in place"), move || Ok(in_place(size)))
            .sample(name("pipe"), move || pipe(size))
            .sample(name("pipe of 1 MiB"), move || wide_pipe(size))
            .sample(name("sealed"), move || parcel(size))
            .sample(name("sealed before"), move || sealed_before(size))
            .sample(name("copied, sealed"), move || copied_parcel(size))
            .sample(name("mapped before"), move || mapped_before(size))
            .sample(name("8 chunks"), move || chunks(size));
    }
    all.run()
}
