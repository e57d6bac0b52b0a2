//! A signal comes while a log is read, and the reading goes on.
//@ twin: none (the twin of `read_until_signal` does so already)

use ch03_processes::signals::{interrupt_by, interrupt_reader};
use nix::sys::signal::Signal;
use std::io::{self, ErrorKind, Read, Write};
use std::thread;

fn main() -> io::Result<()> {
    interrupt_by(Signal::SIGUSR1)?;
    let (mut log, mut to_log) = io::pipe()?;
    let mut bytes = Vec::new();
    let mut interrupted = 0;
    thread::scope(|s| {
        s.spawn(move || {
            to_log.write_all(&b"GET / 200\n".repeat(100))?;
            interrupt_reader(&to_log, Signal::SIGUSR1)?;
            to_log.write_all(&b"GET / 200\n".repeat(100))
        });
        let mut part = [0; 512];
        loop {
            match log.read(&mut part) {
                Ok(0) => return Ok(()),
                Ok(n) => bytes.extend_from_slice(&part[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {
                    interrupted += 1;
                }
                Err(e) => return Err(e),
            }
        }
    })?;
    println!("interrupted: {interrupted}");
    println!("{} lines", bytes.split(|&b| b == b'\n').count() - 1);
    Ok(())
}
