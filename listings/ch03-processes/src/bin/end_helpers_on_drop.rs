//! Three helpers work until the program ends, and no longer.

use ch03_processes::pidfd::WatchedChild;
use std::io;
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    let mut helpers = Vec::new();
    for _ in 0..3 {
        let mut helper = Command::new("sleep"); // stands for work without end
        // In the background, reading from the terminal would stop it.
        helper.arg("1000").stdin(Stdio::null());
        helpers.push(WatchedChild::spawn(&mut helper)?);
    }
    println!("{} helpers at work", helpers.len());
    Ok(()) // Here they are dropped, and where `?` or a panic leaves.
}
