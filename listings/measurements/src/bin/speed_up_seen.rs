//! Amdahl's prediction for two workers from the serial fraction in seconds,
//! and the speed-up that two workers have: the job of `parse_then_report`.
//!
//! `limit` is about what two workers can gain at best here: the work of two
//! whole jobs done side by side, against one.

use ch01_getting_started::hourly_log::{Hour, parse_hour, write_hour};
use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

const HOURS: usize = 20_000;
const LINES: usize = 19;

fn parse(files: &[String], workers: usize) -> Vec<Vec<Hour>> {
    let read = |share: &[String]| share.iter().map(|f| parse_hour(f)).collect();
    if workers == 1 {
        return vec![read(files)];
    }
    thread::scope(|s| {
        let shares = files.chunks(files.len().div_ceil(workers));
        let running: Vec<_> =
            shares.map(|share| s.spawn(move || read(share))).collect();
        running.into_iter().map(|w| w.join().unwrap()).collect()
    })
}

fn report(hours: impl Iterator<Item = Hour>) -> Vec<String> {
    let mut total = 0;
    let row = |hour: Hour| {
        total += hour.missing;
        format!("{} missing in this hour, {total} so far", hour.missing)
    };
    hours.map(row).collect()
}

/// The seconds of the parse and of the report.
fn run(files: &[String], workers: usize) -> (f64, f64) {
    let start = Instant::now();
    let parsed = parse(files, workers);
    let parse = start.elapsed().as_secs_f64();
    let rows = black_box(report(parsed.iter().flatten().copied()));
    let whole = start.elapsed().as_secs_f64();
    drop(rows);
    (parse, whole - parse)
}

fn compare(files: &[String]) -> Sample {
    let (parse, report) = run(files, 1);
    let one = parse + report;
    let (parse_2, report_2) = run(files, 2);
    let two = parse_2 + report_2;

    let gate = Barrier::new(2);
    let job = || {
        gate.wait();
        let (parse, report) = run(files, 1);
        parse + report
    };
    let side_by_side = thread::scope(|s| {
        let other = s.spawn(job);
        job().max(other.join().unwrap())
    });
    let serial = report / one;
    vec![
        ("wall_s", two),
        ("one_worker_s", one),
        ("serial_fraction", serial),
        ("predicted", 1.0 / (serial + (1.0 - serial) / 2.0)),
        ("seen", one / two),
        ("limit", 2.0 * one / side_by_side),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> =
        (0..HOURS).map(|hour| write_hour(hour, LINES)).collect();
    // Once without looking, so that the first round is like the others.
    compare(&files);
    const VALUES: [&str; 5] = [
        "wall_s",
        "one_worker_s",
        "serial_fraction",
        "predicted",
        "seen",
    ];
    Comparison::new("speed_up_seen")
        .sample("Rust, scoped threads", || Ok(compare(&files)))
        .python("Python, fork pool", "pool", &VALUES)
        .python("Python, threads", "threads", &VALUES)
        .run()
}
