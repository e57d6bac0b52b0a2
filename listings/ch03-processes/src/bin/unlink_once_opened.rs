//! The name goes once both have the table: from then on nothing can leak.

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::table::{Reader, Table};
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::process;
use std::time::Duration;

fn publish(name: &str, reader: &Meeting) -> Result<(), Box<dyn Error>> {
    let mut readings = Table::<8>::create(name, 1)?;
    reader.meet()?;
    // Here the reader opens it.
    reader.meet()?;
    readings.unlink()?;
    readings.write(0, [48; 8])?;
    raise(Signal::SIGKILL)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/opened-{}", process::id());
    let (ours, theirs) = Meeting::sides()?;
    let mut writer = ForkedChild::start(|| match publish(&name, &theirs) {
        Ok(()) => 0,
        Err(_) => 1,
    })?;
    ours.meet()?;
    let readings = Reader::<8>::open(&name)?;
    ours.meet()?;
    println!("writer: {}", writer.wait()?);
    let reading = readings.read(0, Duration::from_secs(10))?;
    println!("reader: {}", reading[0]);
    if let Err(error) = Reader::<8>::open(&name) {
        println!("later: {error}");
    }
    Ok(())
}
