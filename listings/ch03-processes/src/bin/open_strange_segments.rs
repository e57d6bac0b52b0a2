//! Segments that are not what their name says, and what a reader says of
//! them. One of them changes after the check.

use ch03_processes::fork::ForkedChild;
use ch03_processes::signals::restore_default;
use ch03_processes::table::{Reader, Table, TableError};
use nix::sys::signal::Signal;
use std::error::Error;
use std::fs::{self, File};
use std::time::Duration;
use std::{io, process};

/// Shared memory with these bytes. Dropping it removes the name.
struct Segment {
    name: String,
    file: String,
}

impl Segment {
    fn new(kind: &str, bytes: &[u8]) -> io::Result<Self> {
        let name = format!("/{kind}-{}", process::id());
        let file = format!("/dev/shm{name}");
        fs::write(&file, bytes)?;
        Ok(Segment { name, file })
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

fn read_what_shrinks(segment: &Segment) -> Result<(), Box<dyn Error>> {
    let readings = Reader::<8>::open(&segment.name)?;
    println!("shrunk: opened, {} record", readings.records());
    // A sanitizer would take it for itself.
    restore_default(Signal::SIGBUS)?;
    File::options()
        .write(true)
        .open(&segment.file)?
        .set_len(0)?;
    readings.read(0, Duration::from_secs(1))?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/sound-{}", process::id());
    let _table = Table::<8>::create(&name, 1)?;
    let sound = fs::read(format!("/dev/shm{name}"))?;
    let with = |at: usize, byte: u8| {
        let mut bytes = sound.clone();
        bytes[at] = byte;
        bytes
    };
    let strange = [
        ("sound", sound.clone()),
        ("short", sound[..12].to_vec()),
        ("foreign", b"Subject: rain\n".repeat(10)),
        ("newer", with(8, 2)),
        ("narrow", with(12, 4)),
        // 1 + 2^61 records, and 2^61 times 72 bytes is 0 in 64 bits.
        ("hostile", with(23, 0x20)),
        // As if the maker's number had been another process's before.
        ("stale", with(40, !sound[40])),
    ];
    for (kind, bytes) in strange {
        let segment = Segment::new(&format!("a-{kind}"), &bytes)?;
        match Reader::<8>::open(&segment.name) {
            Ok(table) => println!("{kind}: {} record", table.records()),
            Err(TableError::Stale(pid)) => println!("{kind}: ~{pid} is dead"),
            Err(error) => println!("{kind}: {error}"),
        }
    }

    let segment = Segment::new("shrunk", &sound)?;
    let mut reader =
        ForkedChild::start(|| read_what_shrinks(&segment).map_or(1, |()| 0))?;
    println!("shrunk: {}", reader.wait()?);
    Ok(())
}
