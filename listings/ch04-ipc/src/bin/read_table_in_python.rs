//! NumPy reads a table that a Rust program has written, without a copy.

use ch03_processes::pidfd::WatchedChild;
use ch03_processes::table::Table;
use std::error::Error;
use std::process::{self, Command};
use std::time::Duration;

/// The other side is the Python program beside this one.
const READER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/bin/read_table_in_python.py"
);

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/weather-{}", process::id());
    let table = Table::<3>::create(&name, 1000)?;
    for n in 0..1000 {
        // Degrees, hectopascals, and how humid it is.
        let values = [20.0 + (n % 5) as f64, 1013.0, 0.5];
        table.write(n, values.map(f64::to_bits))?;
    }
    let mut command = Command::new("python3");
    // Python's name for it has no slash.
    command.arg(READER).arg(&name[1..]);
    let mut reader = WatchedChild::spawn_tied(&mut command)?;
    let status = reader.wait_timeout(Duration::from_secs(20))?;
    println!("reader: {}", status.ok_or("it takes too long")?);

    // It went without taking the name along.
    let again = ch03_processes::table::Reader::<3>::open(&name)?;
    println!("the table is still there: {} records", again.records());
    Ok(())
}
