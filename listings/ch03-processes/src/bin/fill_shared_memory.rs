//! No room in /dev/shm: an error when a table is made, and not a crash when
//! it is written.

use ch03_processes::fork::ForkedChild;
use ch03_processes::small_shm::cover_shared_memory;
use ch03_processes::table::{Table, TableError};
use nix::sys::statvfs::statvfs;
use std::error::Error;
use std::{fs, io, process};

/// Makes tables of a page until there is no room: how many there are.
fn fill() -> Result<usize, Box<dyn Error>> {
    let mut tables = Vec::new();
    loop {
        match Table::<8>::create(&format!("/{}", tables.len()), 50) {
            Ok(table) => tables.push(table),
            Err(TableError::System(error))
                if error.kind() == io::ErrorKind::StorageFull =>
            {
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    for table in &tables {
        table.write(49, [48; 8])?;
    }
    match fs::read_dir("/dev/shm")?.count() {
        names if names == tables.len() => Ok(names),
        names => Err(format!("{names} names").into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // A record for each byte that there is.
    let system = statvfs("/dev/shm")?;
    let records = (system.blocks() * system.fragment_size()) as usize;
    let name = format!("/readings-{}", process::id());
    match Table::<8>::create(&name, records) {
        Ok(_) => println!("larger than /dev/shm: made"),
        Err(error) => println!("larger than /dev/shm: {error}"),
    }
    println!(
        "its name is left: {}",
        fs::exists("/dev/shm".to_owned() + &name)?
    );

    let mut child = ForkedChild::start(|| match cover_shared_memory() {
        Ok(()) => fill().map_or(255, |tables| tables as i32),
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => 0,
        Err(_) => 255,
    })?;
    let status = child.wait()?;
    match status.code() {
        None | Some(255) => Err(format!("writer: {status}").into()),
        Some(tables) => {
            println!("tables before /dev/shm was full: ~{tables}");
            Ok(())
        }
    }
}
