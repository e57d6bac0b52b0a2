//! Ten children end, and SIGCHLD is counted.
//@ loses: 10 (ends)
//@ repair: watch_every_child

use ch03_processes::signals::Signals;
use nix::sys::signal::Signal::SIGCHLD;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::error::Error;
use std::process::Command;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let signals = Signals::block(&[SIGCHLD])?;
    let mut children = Vec::new();
    for _ in 0..10 {
        children.push(Command::new("true").spawn()?);
    }
    for child in &children {
        // NOWAIT: until it has ended. It stays a zombie, reaped below.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(child)), options)?;
    }
    let mut seen = 0;
    while signals.wait_timeout(Duration::ZERO)?.is_some() {
        seen += 1;
    }
    for child in &mut children {
        child.wait()?;
    }
    println!("{} children ended", children.len());
    println!("SIGCHLD seen: {seen}");
    Ok(())
}
