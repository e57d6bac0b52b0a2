//! Three processes write into a pipe whose reader is gone.

use ch03_processes::fork::ForkedChild;
use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let (reader, mut to_nobody) = io::pipe()?;
    drop(reader);

    // The runtime of Rust has SIGPIPE ignored before `main` begins.
    let error = to_nobody.write_all(b"GET / 200\n").unwrap_err();
    println!("this process: {}", error.kind());

    // A fork inherits that.
    let mut child = ForkedChild::start(|| {
        let error = to_nobody.write_all(b"GET / 200\n").unwrap_err();
        i32::from(error.kind() != ErrorKind::BrokenPipe)
    })?;
    println!("a forked child: {}", child.wait()?);

    // A program that `Command` starts has the default back.
    let status = Command::new("yes").stdout(to_nobody).status()?;
    println!("yes: {status}");
    Ok(())
}
