//! From SIGTERM to the reaped child: of a program that ends at once, of one
//! that has to be killed, and of a tree of ten processes.
//!
//! `wall_s` of a program that is killed is what it took beyond its grace of
//! 100 ms. The programs are this one, started again with an argument.

use ch03_processes::pidfd::{WatchedChild, ready};
use ch03_processes::signals::Signals;
use ch03_processes::supervisor::{Policy, Supervisor};
use measurements::{Comparison, Sample, median};
use nix::sys::signal::Signal::SIGTERM;
use signal_hook::iterator::Signals as Handled;
use std::error::Error;
use std::io::{self, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};
use std::{env, process};

const GRACE: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(10);
const TREE: usize = 10;

/// This program in one of its parts, which says on `told` when it is ready.
fn part(name: &str, told: io::PipeWriter) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg(name).stdout(told);
    command
}

fn play(name: &str) -> Result<(), Box<dyn Error>> {
    let told = || io::stdout().write_all(b"r").and(io::stdout().flush());
    match name {
        "hook" => {
            let mut signals = Handled::new([SIGTERM as i32])?;
            told()?;
            signals.forever().next();
            return Ok(());
        }
        "supervisor" => return supervise(),
        _ => {}
    }
    if name == "tree" {
        for _ in 1..TREE {
            // Not reaped: its parent ends at once.
            drop(Command::new("/proc/self/exe").arg("signalfd").spawn()?);
        }
    }
    let signals = Signals::block(&[SIGTERM])?;
    told()?;
    match name {
        "deaf" => std::thread::sleep(LONG),
        _ => drop(signals.wait_timeout(LONG)?),
    }
    Ok(())
}

/// Waits until so many have said that they are ready.
fn all_ready(told: &mut PipeReader, count: usize) -> io::Result<()> {
    let deadline = Instant::now() + LONG;
    for _ in 0..count {
        if !ready(&[told.as_fd()], Some(deadline))?[0] {
            return Err(io::ErrorKind::TimedOut.into());
        }
        told.read_exact(&mut [0])?;
    }
    Ok(())
}

fn stop(name: &str, grace: Duration) -> io::Result<(Duration, ExitStatus)> {
    let (mut told, teller) = io::pipe()?;
    let mut child = WatchedChild::spawn(&mut part(name, teller))?;
    all_ready(&mut told, 1)?;
    let start = Instant::now();
    let status = child.stop(grace)?;
    Ok((start.elapsed(), status))
}

fn polite(name: &str) -> Result<Sample, Box<dyn Error>> {
    let mut all = Vec::new();
    for _ in 0..20 {
        let (time, status) = stop(name, LONG)?;
        if !status.success() {
            return Err(format!("{name}: {status}").into());
        }
        all.push(time.as_secs_f64());
    }
    Ok(vec![("wall_s", median(&all))])
}

fn killed() -> Result<Sample, Box<dyn Error>> {
    let mut all = Vec::new();
    for _ in 0..5 {
        let (time, status) = stop("deaf", GRACE)?;
        if status.code().is_some() || time < GRACE {
            return Err(format!("{status} after {time:?}").into());
        }
        all.push((time - GRACE).as_secs_f64());
    }
    Ok(vec![("wall_s", median(&all))])
}

/// A process of its own for it: a supervisor ends all that its process has
/// started.
fn tree() -> Result<Sample, Box<dyn Error>> {
    let mut all = Vec::new();
    for _ in 0..5 {
        let output = part_output("supervisor")?;
        all.push(output.trim().parse()?);
    }
    Ok(vec![("wall_s", median(&all))])
}

fn part_output(name: &str) -> Result<String, Box<dyn Error>> {
    let output = Command::new("/proc/self/exe").arg(name).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

fn supervise() -> Result<(), Box<dyn Error>> {
    let (mut told, teller) = io::pipe()?;
    let mut supervisor = Supervisor::new(Policy {
        pause: LONG,
        longest: LONG,
        restarts: 0,
        healthy: LONG,
    })?;
    supervisor.add("tree", part("tree", teller));
    supervisor.next_event(LONG)?;
    all_ready(&mut told, TREE)?;
    let start = Instant::now();
    let ends = supervisor.stop(LONG)?;
    let wall = start.elapsed().as_secs_f64();
    match ends.iter().all(|(_, status)| status.success()) {
        true if ends.len() == 1 => println!("{wall}"),
        _ => return Err(format!("{ends:?}").into()),
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let parts = ["signalfd", "hook", "deaf", "tree", "supervisor"];
    if let Some(name) = env::args().nth(1)
        && parts.contains(&name.as_str())
    {
        if let Err(error) = play(&name) {
            eprintln!("{name}: {error}");
            process::exit(1);
        }
        return Ok(());
    }
    let values = &["wall_s"];
    Comparison::new("stop_times")
        .sample("signalfd", || polite("signalfd"))
        .sample("signal-hook", || polite("hook"))
        .python("Python, Popen.wait(10)", "popen", values)
        .python("Python, Process.join(10)", "process", values)
        .sample("killed, beyond its grace", killed)
        .python("Python: killed, beyond it", "killed", values)
        .sample("a tree of ten", tree)
        .python("Python: ten processes", "ten", values)
        .run()
}
