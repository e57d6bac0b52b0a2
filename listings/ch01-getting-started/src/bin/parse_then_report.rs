//! Parses a log in parallel, reports serially, and counts the steps of both.

use ch01_getting_started::hourly_log::{Hour, parse_hour, write_hour};
use std::thread;

const HOURS: usize = 200;
const LINES: usize = 19;

/// The parallel part: each worker reads a share of the files.
fn parse(files: &[String], workers: usize) -> Vec<Vec<Hour>> {
    let read = |share: &[String]| share.iter().map(|f| parse_hour(f)).collect();
    thread::scope(|s| {
        let shares = files.chunks(files.len().div_ceil(workers));
        let running: Vec<_> =
            shares.map(|share| s.spawn(move || read(share))).collect();
        running.into_iter().map(|w| w.join().unwrap()).collect()
    })
}

/// The serial part: a row needs the total of the row before it.
fn report(hours: impl Iterator<Item = Hour>) -> Vec<String> {
    let mut total = 0;
    let row = |hour: Hour| {
        total += hour.missing;
        format!("{} missing in this hour, {total} so far", hour.missing)
    };
    hours.map(row).collect()
}

/// A step is a line parsed or a row written. How many does the job take, and
/// how many of them one after the other?
fn count_steps(lines_per_file: usize, workers: usize) -> (f64, f64) {
    let files: Vec<String> = (0..HOURS)
        .map(|hour| write_hour(hour, lines_per_file))
        .collect();
    let parsed = parse(&files, workers);
    let rows = report(parsed.iter().flatten().copied()).len();
    let lines = |share: &Vec<Hour>| share.iter().map(|h| h.lines).sum();
    let shares: Vec<usize> = parsed.iter().map(lines).collect();
    let longest = shares.iter().max().expect("there are workers");
    let all = shares.iter().sum::<usize>() + rows;
    (all as f64, (longest + rows) as f64)
}

fn main() {
    let (all, _) = count_steps(LINES, 1);
    let serial = HOURS as f64 / all;
    println!("{HOURS} rows of {all} steps: serial fraction {serial}");
    println!("workers  same log  Amdahl  grown log  Gustafson");
    for workers in [2, 4, 8] {
        let n = workers as f64;
        let (all, in_a_row) = count_steps(LINES, workers);
        let amdahl = 1.0 / (serial + (1.0 - serial) / n);
        print!("{workers:>7}{:>10.2}{amdahl:>8.2}", all / in_a_row);

        let (all, in_a_row) = count_steps(LINES * workers, workers);
        let gustafson = serial + (1.0 - serial) * n;
        println!("{:>11.2}{gustafson:>11.2}", all / in_a_row);
    }
    println!("{:>25.2} is Amdahl's limit", 1.0 / serial);
}
