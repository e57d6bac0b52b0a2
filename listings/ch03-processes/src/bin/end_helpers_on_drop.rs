//! Three helpers work until the program ends, and no longer.

use ch03_processes::pidfd::WatchedChild;
use std::io;
use std::process::Command;

fn main() -> io::Result<()> {
    let mut helpers = Vec::new();
    for _ in 0..3 {
        // It stands for work without end.
        helpers.push(WatchedChild::spawn(Command::new("sleep").arg("1000"))?);
    }
    println!("{} helpers at work", helpers.len());
    Ok(()) // Here they are dropped, and where `?` or a panic leaves.
}
