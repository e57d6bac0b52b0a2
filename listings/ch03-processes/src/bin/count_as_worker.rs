//! A program starts itself as its own worker, which counts in a log.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::{Command, Stdio};

fn count_missing(log: &str) -> usize {
    log.lines().filter(|line| line.ends_with(" 404")).count()
}

fn work() -> io::Result<()> {
    let log = io::read_to_string(io::stdin())?;
    println!("{}", count_missing(&log));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("--worker") {
        return Ok(work()?);
    }

    let status = |i| if i * 7919 % 100 < 5 { 404 } else { 200 };
    let line = |i| format!("get /page/{i} {}\n", status(i));
    let log: String = (0..1000).map(line).collect();
    let mut worker = Command::new("/proc/self/exe")
        .arg("--worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = worker.stdin.take().expect("stdin is piped");
    // It reads to the end before it writes, so this cannot block for good.
    input.write_all(log.as_bytes())?;
    drop(input);
    let output = worker.wait_with_output()?;

    println!("worker: {}", output.status);
    let missing: usize = String::from_utf8(output.stdout)?.trim().parse()?;
    println!("{missing} pages were missing");
    Ok(())
}
