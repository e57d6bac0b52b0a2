//! One process publishes readings in a named table, and another reads them.

use ch03_processes::fork::ForkedChild;
use ch03_processes::table::{Reader, Table};
use std::error::Error;
use std::process;
use std::time::Duration;

const UPDATES: u64 = 1000;

fn watch(name: &str) -> Result<(), Box<dyn Error>> {
    let readings = Reader::<8>::open(name)?;
    let (mut torn, mut update) = (0, 0);
    while update < UPDATES {
        let reading = readings.read(0, Duration::from_secs(10))?;
        update = reading[0];
        torn += u64::from(reading != [update; 8]);
    }
    println!("reader: update {update}, torn {torn}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/readings-{}", process::id());
    let readings = Table::<8>::create(&name, 1)?;
    let mut reader = ForkedChild::start(|| match watch(&name) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("reader: {error}");
            1
        }
    })?;
    for update in 1..=UPDATES {
        readings.write(0, [update; 8])?;
    }
    println!("reader: {}", reader.wait()?);
    Ok(())
}
