//! One part of the program reaps every child, another waits for its own.
//@ exit: 1
//@ repair: watch_every_child

use nix::sys::wait::wait;
use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let mut importer = Command::new("sh").args(["-c", "exit 3"]).spawn()?;
    // A reaper for all, as one writes it into a handler of SIGCHLD.
    println!("reaper: {:?}", wait().map(|_| "took a child"));
    println!("importer: {}", importer.wait()?);
    Ok(())
}
