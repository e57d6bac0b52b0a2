//! One process publishes readings in a named table, and another reads them.

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::table::{Reader, Table};
use std::error::Error;
use std::time::Duration;
use std::{process, thread};

const UPDATES: u64 = 5000;

fn watch(name: &str, writer: &Meeting) -> Result<(), Box<dyn Error>> {
    let readings = Reader::<8>::open(name)?;
    writer.meet()?;
    let (mut seen, mut torn, mut update) = (0, 0, 0);
    while update < UPDATES {
        let reading = readings.read(0, Duration::from_secs(10))?;
        seen += u32::from(reading[0] != update);
        torn += u32::from(reading != [reading[0]; 8]);
        update = reading[0];
    }
    println!("reader: update {update}, torn {torn}");
    println!("different updates seen: ~{seen}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/readings-{}", process::id());
    let readings = Table::<8>::create(&name, 1)?;
    let (ours, theirs) = Meeting::sides()?;
    let mut reader = ForkedChild::start(|| match watch(&name, &theirs) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("reader: {error}");
            1
        }
    })?;
    // It has opened the table, and reads while we write.
    ours.meet()?;
    for update in 1..=UPDATES {
        readings.write(0, [update; 8])?;
        if update % 500 == 0 {
            // On a single CPU the reader is to see more than the last, too.
            thread::yield_now();
        }
    }
    println!("reader: {}", reader.wait()?);
    Ok(())
}
