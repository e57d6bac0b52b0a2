//! The owner of the lock is stopped, and not dead: the next one waits until
//! its deadline, and gets the lock when the owner has gone on.

use ch03_processes::fork::ForkedChild;
use ch05_synchronization::robust::{Lock, RobustMutex};
use nix::sys::signal::{Signal, raise};
use rustix::process::{self, pidfd_send_signal};
use std::error::Error;
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let pages = RobustMutex::<u32>::new()?;
    let mut printer = ForkedChild::start(|| {
        let Ok(Lock::Locked(mut pages)) = pages.lock() else {
            return 1;
        };
        *pages += 1;
        // Ctrl-Z, say.
        let _ = raise(Signal::SIGSTOP);
        *pages += 1;
        0
    })?;
    while printer.stopped()?.is_none() {
        thread::yield_now();
    }
    match pages.lock_timeout(Duration::from_millis(20))? {
        Some(_) => println!("nobody has the lock"),
        None => println!("the time is up"),
    }
    pidfd_send_signal(printer.as_fd(), process::Signal::CONT)?;
    match pages.lock()? {
        Lock::Locked(pages) => println!("pages: {}", *pages),
        Lock::Recovered(_) => println!("the owner has died"),
    }
    println!("printer: {}", printer.wait()?);
    Ok(())
}
