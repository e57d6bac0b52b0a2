//! What a pool of two processes costs, Rust's and Python's: a task's share of
//! the handing out, and making, using and closing one.
//!
//! Each language maps a task of its own of about a microsecond, 100,000
//! times, whose result has 32 bits. `overhead_ns` is what a task takes beyond
//! half of what it takes in a loop, timed in the same sample. `cpu_ns` is what
//! a task takes of all CPUs beyond what it takes there: it bears a busy
//! machine better.
//!
//! In that loop the CPU begins a task before it has ended the one
//! before. A worker that takes each from a shared counter cannot have that,
//! and one that writes down each result has little of it. The last row's
//! overhead is what that is worth: two that share the loop, with a fence
//! after each task and nothing else.

use ch03_processes::process_pool::ProcessPool;
use measurements::{Comparison, Sample};
use nix::sys::resource::{UsageWho, getrusage};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{Ordering::SeqCst, fence};
use std::time::Instant;

const TASKS: u64 = 100_000;

/// A chain of multiplications, each of which waits for the one before.
fn microsecond(seed: &u64) -> u32 {
    let step = |n: u64, _| n.wrapping_mul(6_364_136_223_846_793_005) ^ 11;
    ((0..800).map(black_box).fold(*seed, step) >> 32) as u32
}

/// The CPU time of this process and of its children that have ended.
fn cpu() -> Result<f64, Box<dyn Error>> {
    let mut sum = 0.0;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who)?;
        for time in [usage.user_time(), usage.system_time()] {
            sum += time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        }
    }
    Ok(sum)
}

fn map(chunk: Option<usize>) -> Result<Sample, Box<dyn Error>> {
    let items: Vec<u64> = (0..TASKS).collect();
    let before = cpu()?;
    let start = Instant::now();
    let alone: Vec<u32> = items.iter().map(microsecond).collect();
    let serial = start.elapsed().as_secs_f64();
    let serial_cpu = cpu()? - before;

    let pool = ProcessPool::new(2);
    let pool = match chunk {
        Some(chunk) => pool.chunk_size(chunk),
        None => pool,
    };
    let before = cpu()?;
    let start = Instant::now();
    let results = pool.map(&items, microsecond)?;
    let wall = start.elapsed().as_secs_f64();
    let extra = cpu()? - before - serial_cpu;
    assert!(results == alone);
    Ok(vec![
        ("wall_s", wall),
        ("overhead_ns", (wall - serial / 2.0) / TASKS as f64 * 1e9),
        ("serial_s", serial),
        ("cpu_ns", extra / TASKS as f64 * 1e9),
    ])
}

fn apart() -> Result<Sample, Box<dyn Error>> {
    let items: Vec<u64> = (0..TASKS).collect();
    let time = |task: fn(&u64) -> u32| {
        let start = Instant::now();
        black_box(items.iter().map(task).collect::<Vec<_>>());
        start.elapsed().as_secs_f64()
    };
    let serial = time(microsecond);
    let wall = time(|seed| {
        let result = microsecond(seed);
        fence(SeqCst);
        result
    }) / 2.0;
    let overhead = wall - serial / 2.0;
    Ok(vec![
        ("wall_s", wall),
        ("overhead_ns", overhead / TASKS as f64 * 1e9),
    ])
}

fn make_use_close() -> Result<Sample, Box<dyn Error>> {
    const TIMES: u32 = 50;
    let start = Instant::now();
    for _ in 0..TIMES {
        let squares = ProcessPool::new(2).map(&[3, 4], |n: &u32| n * n)?;
        assert!(squares == [9, 16]);
    }
    let wall = start.elapsed().as_secs_f64() / f64::from(TIMES);
    Ok(vec![("wall_s", wall)])
}

fn main() -> Result<(), Box<dyn Error>> {
    let values = &["wall_s", "overhead_ns", "serial_s"];
    Comparison::new("process_pool_times")
        .python("Python map, chunks of 1", "map 1", values)
        .python("Python map, its chunks", "map 0", values)
        .sample("Rust map, chunks of 1", || map(Some(1)))
        .sample("Rust map, chunks of 64", || map(Some(64)))
        .sample("Rust map, its chunks", || map(None))
        .python("Python: make, use, close", "pool", &["wall_s"])
        .sample("Rust: make, use, close", make_use_close)
        .sample("Half a loop, tasks apart", apart)
        .run()
}
