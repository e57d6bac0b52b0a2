//! Two processes find the pid file of one that is dead, and both replace it.
//@ loses: 2 (days booked)
//@ repair: hand_over_lead

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::shared::Shared;
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn lead(
    path: &Path,
    booked: &AtomicU32,
    both: &Meeting,
    is_first: bool,
) -> Result<(), Box<dyn Error>> {
    let pid = fs::read_to_string(path)?.parse()?;
    if kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH) {
        return Err("somebody leads".into());
    }
    // Both have looked.
    both.meet()?;
    if !is_first {
        // The second waits until the first has made its file.
        both.meet()?;
    }
    fs::remove_file(path)?;
    write!(File::create_new(path)?, "{}", process::id())?;
    if is_first {
        both.meet()?;
    }
    let days = booked.load(Relaxed);
    // Both lead.
    both.meet()?;
    booked.store(days + 1, Relaxed);
    println!("a leader has booked day {}", days + 1);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("leader.pid");
    let mut dead = ForkedChild::start(|| 0)?;
    dead.wait()?;
    fs::write(&path, dead.pid().to_string())?;

    let booked = Shared::<AtomicU32>::new()?;
    let (one, other) = Meeting::sides()?;
    let start = |side, is_first| {
        ForkedChild::start(|| {
            i32::from(lead(&path, &booked, side, is_first).is_err())
        })
    };
    for process in &mut [start(&one, true)?, start(&other, false)?] {
        assert!(process.wait()?.success());
    }
    println!("days booked: {}", booked.load(Relaxed));
    Ok(())
}
