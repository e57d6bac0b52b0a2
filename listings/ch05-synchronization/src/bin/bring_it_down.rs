//! An import by three processes, with two threads each, is asked to stop:
//! once all goes well, and once a process is stopped and will not go on.

use ch03_processes::signals::Signals;
use ch05_synchronization::importers::Import;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

fn run(
    signals: &Signals,
    drain: Duration,
    stuck: Option<usize>,
) -> Result<(), Box<dyn Error>> {
    let import = Import::new(drain, LIMIT)?;
    let running = import.start(|member| {
        if stuck == Some(member) {
            let _ = raise(Signal::SIGSTOP);
        }
    })?;
    // Stands for the service manager.
    raise(Signal::SIGTERM)?;
    while signals.wait_timeout(Duration::MAX)?.is_none() {}
    let report = running.bring_down()?;
    for (i, end) in report.ends.iter().enumerate() {
        println!("member {i}: {end}");
    }
    let given_up = report.given_up.len();
    println!("{} parts done, {given_up} given up", report.done);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let signals = Signals::block(&[Signal::SIGTERM, Signal::SIGINT])?;
    run(&signals, LIMIT, None)?;
    println!("once more, with one that is stopped:");
    run(&signals, Duration::from_millis(800), Some(1))
}
