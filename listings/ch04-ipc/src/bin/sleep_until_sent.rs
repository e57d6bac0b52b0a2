//! A process sleeps until another one has sent a reading, and no longer.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::asleep::until_asleep_in;
use ch04_ipc::futex;
use std::io;
use std::sync::atomic::Ordering::{AcqRel, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicU32, fence};

shareable! {
    struct Letterbox {
        /// 0: there is none.
        reading: AtomicU32,
        /// 1: the receiver sleeps, or is about to.
        sleeps: AtomicU32,
    }
}

fn receive(letterbox: &Letterbox) -> u32 {
    loop {
        letterbox.sleeps.store(1, Relaxed);
        // Then either this sees the reading, or `send` that this sleeps.
        fence(SeqCst);
        match letterbox.reading.swap(0, AcqRel) {
            0 => futex::wait(&letterbox.sleeps, 1, None),
            reading => return reading,
        };
    }
}

fn send(letterbox: &Letterbox, reading: u32) {
    letterbox.reading.store(reading, Release);
    fence(SeqCst);
    if letterbox.sleeps.load(Relaxed) == 1 {
        letterbox.sleeps.store(0, Relaxed);
        futex::wake(&letterbox.sleeps, 1);
    }
}

fn main() -> io::Result<()> {
    let letterbox = Shared::<Letterbox>::new()?;
    let mut receiver = ForkedChild::start(|| receive(&letterbox) as i32)?;
    until_asleep_in(libc::SYS_futex, receiver.pid())?;
    println!("the receiver sleeps");
    send(&letterbox, 21);
    println!("receiver: {}", receiver.wait()?);
    Ok(())
}
