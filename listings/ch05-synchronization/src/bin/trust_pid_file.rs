//! The leader is killed, and its pid file stays: from then on nobody leads.
//@ loses: 3 (days booked)
//@ repair: hand_over_lead

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn lead(path: &Path, booked: &AtomicU32) -> Result<(), Box<dyn Error>> {
    // Of all who try it, one makes the file.
    let mut file = File::create_new(path)?;
    write!(file, "{}", process::id())?;
    let day = booked.fetch_add(1, Relaxed) + 1;
    println!("day {day} is booked");
    if day < 3 {
        raise(Signal::SIGKILL)?;
    }
    fs::remove_file(path)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("leader.pid");
    let booked = Shared::<AtomicU32>::new()?;
    for _ in 0..3 {
        let mut process =
            ForkedChild::start(|| i32::from(lead(&path, &booked).is_err()))?;
        println!("{}", process.wait()?);
    }
    println!("days booked: {}", booked.load(Relaxed));
    Ok(())
}
