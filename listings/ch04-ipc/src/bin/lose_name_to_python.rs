//! A Python program only looks at a table, and takes its name along when it
//! ends.
//@ exit: 1
//@ repair: read_table_in_python

use ch03_processes::table::{Reader, Table};
use std::error::Error;
use std::process::{self, Command, Stdio};

/// The other side is the Python program beside this one.
const READER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/bin/lose_name_to_python.py"
);

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/weather-{}", process::id());
    let table = Table::<3>::create(&name, 1000)?;
    println!("owner: {} records", Reader::<3>::open(&name)?.records());

    // `output` waits until nobody holds the pipe of its standard error any
    // more, and one who does is Python's resource tracker.
    let reader = Command::new("python3")
        .args([READER, &name[1..]])
        .stdout(Stdio::inherit())
        .output()?;
    println!("reader: {}", reader.status);

    let again = Reader::<3>::open(&name);
    drop(table);
    if let Err(error) = again {
        println!("owner: {error}");
        process::exit(1);
    }
    Ok(())
}
