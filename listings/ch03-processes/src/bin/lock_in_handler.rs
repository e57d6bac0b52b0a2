//! A signal handler locks what the thread that it interrupts has locked.
//@ deadlock
//@ repair: lock_after_signal

use nix::sys::signal::Signal::SIGTERM;
use nix::sys::signal::{SigHandler, raise, signal};
use std::io;
use std::sync::Mutex;

static SAVED: Mutex<u32> = Mutex::new(0);

extern "C" fn report(_: i32) {
    println!("{} parts saved", SAVED.lock().unwrap());
}

fn main() -> io::Result<()> {
    // SAFETY: none. UNSOUND: `report` locks and prints, and neither is
    // async-signal-safe.
    unsafe { signal(SIGTERM, SigHandler::Handler(report)) }?;
    for part in 1..=3 {
        let mut saved = SAVED.lock().unwrap();
        println!("saving part {part}");
        if part == 2 {
            // Could come from outside at any time; here it comes now.
            raise(SIGTERM)?;
        }
        *saved += 1;
    }
    Ok(())
}
