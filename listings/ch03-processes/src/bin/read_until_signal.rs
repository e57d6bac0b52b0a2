//! A signal ends the reading of a log before the log ends.
//@ loses: 200 (lines)
//@ repair: read_through_signals

use ch03_processes::signals::{interrupt_by, interrupt_reader};
use nix::sys::signal::Signal;
use std::io::{self, Read, Write};
use std::thread;

fn main() -> io::Result<()> {
    interrupt_by(Signal::SIGUSR1)?;
    let (mut log, mut to_log) = io::pipe()?;
    let mut bytes = Vec::new();
    thread::scope(|s| {
        s.spawn(move || {
            to_log.write_all(&b"GET / 200\n".repeat(100))?;
            interrupt_reader(&to_log, Signal::SIGUSR1)?;
            to_log.write_all(&b"GET / 200\n".repeat(100))
        });
        let mut part = [0; 512];
        while let Ok(n @ 1..) = log.read(&mut part) {
            bytes.extend_from_slice(&part[..n]);
        }
    });
    println!("{} lines", bytes.split(|&b| b == b'\n').count() - 1);
    Ok(())
}
