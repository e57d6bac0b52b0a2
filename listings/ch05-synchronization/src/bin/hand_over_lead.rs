//! Three processes lead one after the other, and each books a day. Two are
//! killed while they lead.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch05_synchronization::fenced::Fenced;
use ch05_synchronization::leader::Candidate;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(20);

fn lead(lock: &Path, booked: &Fenced) -> Result<(), Box<dyn Error>> {
    let mut candidate = Candidate::open(lock)?;
    let deadline = Instant::now().checked_add(LIMIT);
    let leader = candidate.wait_until(deadline)?.ok_or("nobody ended")?;
    let day = booked.update(leader.term(), |days| days + 1)? + 1;
    println!("term {}: day {day} is booked", leader.term());
    if day < 3 {
        raise(Signal::SIGKILL)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let lock = dir.path().join("leader");
    let booked = Shared::<Fenced>::new()?;
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(ForkedChild::start(|| {
            i32::from(lead(&lock, &booked).is_err())
        })?);
    }
    let mut killed = 0;
    for process in &mut processes {
        killed += u32::from(!process.wait()?.success());
    }
    println!("killed: {killed}");
    println!("days booked: {}", booked.read().0);
    Ok(())
}
