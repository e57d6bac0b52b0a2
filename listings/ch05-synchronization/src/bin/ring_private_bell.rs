//! A bell with the private flag is heard in one process alone.
//@ deadlock
//@ repair: wait_across_processes
//@ twin: none (Python has no futex of its own)

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::asleep::until_asleep_in;
use rustix::thread::futex::{Flags, wait, wake};
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Release};

fn main() -> Result<(), Box<dyn Error>> {
    let loaded = Shared::<AtomicU32>::new()?;
    let mut child = ForkedChild::start(|| {
        while loaded.load(Acquire) == 0 {
            let _ = wait(&loaded, Flags::PRIVATE, 0, None);
        }
        0
    })?;
    until_asleep_in(libc::SYS_futex, child.pid())?;
    loaded.store(1, Release);
    let woken = wake(&loaded, Flags::PRIVATE, 1)?;
    println!("loaded; woken: {woken}");
    println!("answered: {}", child.wait()?);
    Ok(())
}
