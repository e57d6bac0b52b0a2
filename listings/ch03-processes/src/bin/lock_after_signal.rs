//! A signal is kept until the program asks for it, with no lock held.

use ch03_processes::signals::Signals;
use nix::sys::signal::Signal::SIGTERM;
use nix::sys::signal::raise;
use std::io;
use std::sync::Mutex;
use std::time::Duration;

static SAVED: Mutex<u32> = Mutex::new(0);

fn main() -> io::Result<()> {
    let signals = Signals::block(&[SIGTERM])?;
    for part in 1..=3 {
        let mut saved = SAVED.lock().unwrap();
        println!("saving part {part}");
        if part == 2 {
            raise(SIGTERM)?;
        }
        *saved += 1;
        drop(saved);
        if signals.wait_timeout(Duration::ZERO)?.is_some() {
            println!("{} parts saved", SAVED.lock().unwrap());
        }
    }
    Ok(())
}
