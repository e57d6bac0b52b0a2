//! `kill(pid, 0)` is asked whether ten children have ended.
//@ loses: 10 (ends)
//@ repair: watch_every_child

use nix::sys::signal::kill;
use nix::unistd::Pid as Number;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let mut children = Vec::new();
    for _ in 0..10 {
        children.push(Command::new("true").spawn()?);
    }
    let mut gone = 0;
    for child in &children {
        // NOWAIT: until it has ended. It stays a zombie, and is reaped below.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(child)), options)?;
        let number = Number::from_raw(child.id().cast_signed());
        if kill(number, None).is_err() {
            gone += 1;
        }
    }
    for child in &mut children {
        child.wait()?;
    }
    println!("{} children ended", children.len());
    println!("gone, says kill(pid, 0): {gone}");
    Ok(())
}
