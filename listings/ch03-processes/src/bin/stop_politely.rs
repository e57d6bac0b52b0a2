//! Two importers are asked to stop. One does, the other has to be killed.

use ch03_processes::pidfd::WatchedChild;
use ch03_processes::signals::Signals;
use nix::sys::signal::Signal;
use std::io::{self, BufRead, BufReader};
use std::process::Command;
use std::time::Duration;
use std::{env, thread};

fn main() -> io::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("polite") => import(true),
        Some("deaf") => import(false),
        _ => {
            stop("polite", Duration::from_secs(20))?;
            stop("deaf", Duration::from_millis(50))
        }
    }
}

/// What the importers do, each in a process of its own.
fn import(listens: bool) -> io::Result<()> {
    let signals = Signals::block(&[Signal::SIGTERM])?;
    println!("ready");
    loop {
        // Stands for one part of the import. A stop comes between two.
        let pause = Duration::from_millis(1);
        if !listens {
            thread::sleep(pause);
        } else if signals.wait_timeout(pause)?.is_some() {
            println!("saved what it had");
            return Ok(());
        }
    }
}

fn stop(importer: &str, grace: Duration) -> io::Result<()> {
    let (output, to_us) = io::pipe()?;
    let mut command = Command::new(env::current_exe()?);
    command.arg(importer).stdout(to_us);
    let mut child = WatchedChild::spawn(&mut command)?;
    // It holds a write end, with which no end of file would come.
    drop(command);
    let mut output = BufReader::new(output).lines();
    // Before this line SIGTERM would end it in the middle of its start.
    assert_eq!(output.next().transpose()?.as_deref(), Some("ready"));

    let status = child.stop(grace)?;
    let last = output.next().transpose()?;
    println!("{importer}: {}", last.as_deref().unwrap_or("says nothing"));
    println!("{importer}: {status}");
    Ok(())
}
