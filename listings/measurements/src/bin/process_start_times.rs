//! What it costs to run a function in another process, from the start to the
//! answer: by hand, with procspawn, and with Python's start methods.

use measurements::{Comparison, Sample};
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

fn add_one(n: u64) -> u64 {
    n + 1
}

fn work() -> Result<(), Box<dyn Error>> {
    let n: u64 = io::read_to_string(io::stdin())?.trim().parse()?;
    println!("{}", add_one(n));
    Ok(())
}

/// The seconds of one call of `one`, taken over so many `times`, after a first
/// one that does not count.
fn each(
    times: u64,
    mut one: impl FnMut(u64) -> Result<u64, Box<dyn Error>>,
) -> Result<Sample, Box<dyn Error>> {
    one(0)?;
    let start = Instant::now();
    for n in 0..times {
        if one(n)? != n + 1 {
            return Err("the worker cannot count".into());
        }
    }
    let seconds = start.elapsed().as_secs_f64() / times as f64;
    Ok(vec![("wall_s", seconds), ("each_us", seconds * 1e6)])
}

fn by_hand(n: u64) -> Result<u64, Box<dyn Error>> {
    let mut worker = Command::new("/proc/self/exe")
        .arg("--worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = worker.stdin.take().expect("stdin is piped");
    write!(input, "{n}")?;
    drop(input);
    let output = worker.wait_with_output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    procspawn::init();
    if env::args().nth(1).as_deref() == Some("--worker") {
        return work();
    }
    Comparison::new("process_start_times")
        .sample("by hand", || each(100, by_hand))
        .sample("procspawn", || {
            each(100, |n| Ok(procspawn::spawn(n, add_one).join()?))
        })
        .python("Python fork", "fork", &["wall_s", "each_us"])
        .python("Python forkserver", "forkserver", &["wall_s", "each_us"])
        .python("Python spawn", "spawn", &["wall_s", "each_us"])
        .run()
}
