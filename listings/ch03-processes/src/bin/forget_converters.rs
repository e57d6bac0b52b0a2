//! Three converters end, and nobody asks how: they stay as zombies.
//@ leaks: zombie
//@ repair: report_exit_status

use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use std::error::Error;
use std::fs;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let mut pids = Vec::new();
    for _ in 0..3 {
        let converter = Command::new("true").spawn()?;
        let pid = Pid::from_raw(converter.id().try_into()?);
        // Looks at it without reaping it, so that all have ended below.
        waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
        pids.push(pid);
    }
    let is_zombie = |pid: &&Pid| {
        let status = fs::read_to_string(format!("/proc/{pid}/status"));
        status.is_ok_and(|status| status.contains("State:\tZ"))
    };
    println!("{} zombies", pids.iter().filter(is_zombie).count());
    Ok(())
}
