//! Counts the words of 200,000 lines: serially, by rayon's two workers, and by
//! Python, serially, by two processes and by two threads.
//!
//! `speed_up` is over the serial run of the same language in the same round.
//! The pools are started before the clock.

use measurements::{Comparison, Sample};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

const LINES: usize = 200_000;
const WORDS: [&str; 5] = ["lock", "thread", "wait", "wake", "join"];

type Counts<'a> = HashMap<&'a str, usize>;

fn write_lines() -> Vec<String> {
    let word = |i: usize, j: usize| WORDS[(i * i + 3 * j * j) % 11 % 5];
    let line = |i| (0..=i % 5 + i % 4).map(|j| word(i, j)).collect::<Vec<_>>();
    (0..LINES).map(|i| line(i).join(" ")).collect()
}

fn count_line<'a>(mut counts: Counts<'a>, line: &'a str) -> Counts<'a> {
    for word in line.split(' ') {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

fn add<'a>(mut counts: Counts<'a>, more: Counts<'a>) -> Counts<'a> {
    for (word, n) in more {
        *counts.entry(word).or_default() += n;
    }
    counts
}

fn serial(lines: &[String]) -> Counts<'_> {
    lines.iter().fold(Counts::new(), |c, l| count_line(c, l))
}

fn parallel<'a>(pool: &ThreadPool, lines: &'a [String]) -> Counts<'a> {
    pool.install(|| {
        lines
            .par_iter()
            .fold(Counts::new, |c, l| count_line(c, l))
            .reduce(Counts::new, add)
    })
}

fn seconds<'a>(count: impl FnOnce() -> Counts<'a>) -> f64 {
    let start = Instant::now();
    let counts = black_box(count());
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(counts.values().sum::<usize>(), LINES * 9 / 2);
    seconds
}

fn main() -> Result<(), Box<dyn Error>> {
    const VALUES: [&str; 2] = ["wall_s", "speed_up"];
    let lines = write_lines();
    let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    parallel(&pool, &lines);
    let sample = |wall, one: f64| -> Result<Sample, Box<dyn Error>> {
        Ok(vec![("wall_s", wall), ("speed_up", one / wall)])
    };
    Comparison::new("rayon_times")
        .sample("Rust, serial", || {
            let one = seconds(|| serial(&lines));
            sample(one, one)
        })
        .sample("Rust, rayon", || {
            let one = seconds(|| serial(&lines));
            sample(seconds(|| parallel(&pool, &lines)), one)
        })
        .python("Python, serial", "serial", &VALUES)
        .python("Python, two processes", "processes", &VALUES)
        .python("Python, two threads", "threads", &VALUES)
        .run()
}
