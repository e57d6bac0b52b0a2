//! The process that made a table is killed: the name stays, and the memory.
//@ leaks: /dev/shm/readings-left
//@ repair: unlink_once_opened

use ch03_processes::fork::ForkedChild;
use ch03_processes::table::{Reader, Table, TableError};
use nix::sys::signal::{Signal, raise};
use std::{fs, io};

const NAME: &str = "/readings-left";

fn main() -> io::Result<()> {
    let mut writer = ForkedChild::start(|| {
        let readings = Table::<8>::create(NAME, 1).expect("a new name");
        readings.write(0, [48; 8]).expect("a writer of its own");
        // As when the system runs out of memory: nothing is dropped.
        raise(Signal::SIGKILL).expect("a signal");
        0
    })?;
    println!("writer: {}", writer.wait()?);
    let left = fs::metadata(format!("/dev/shm{NAME}"))?.len();
    println!("left behind: {left} bytes");
    match Reader::<8>::open(NAME) {
        Ok(_) => println!("reader: it is there"),
        Err(TableError::Stale(_)) => println!("reader: left by the dead"),
        Err(error) => println!("reader: {error}"),
    }
    Ok(())
}
