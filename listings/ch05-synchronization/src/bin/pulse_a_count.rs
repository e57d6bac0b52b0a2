//! Set and cleared while the waiter cannot run: it sees that the event was
//! set once more than when it came.
//@ twin: none (multiprocessing's set waits until a stopped waiter wakes)

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::asleep::until_asleep_in;
use ch05_synchronization::event::Event;
use rustix::process::{Signal, pidfd_send_signal};
use std::error::Error;
use std::os::fd::AsFd;
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let loaded = Shared::<Event>::new()?;
    let mut waiter = ForkedChild::start(|| {
        loaded.wait();
        0
    })?;
    until_asleep_in(libc::SYS_futex, waiter.pid())?;
    pidfd_send_signal(waiter.as_fd(), Signal::STOP)?;
    while waiter.stopped()?.is_none() {
        thread::yield_now();
    }
    loaded.set();
    loaded.clear();
    println!("set, and cleared");
    pidfd_send_signal(waiter.as_fd(), Signal::CONT)?;
    println!("the waiter has seen it: {}", waiter.wait()?);
    Ok(())
}
