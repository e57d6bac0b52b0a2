//! The reading comes between the receiver's look and its sleep.
//@ deadlock
//@ repair: sleep_until_sent

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::futex;
use std::io;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

shareable! {
    struct Letterbox {
        /// 0: there is none.
        reading: AtomicU32,
        /// 1: the receiver sleeps.
        sleeps: AtomicU32,
    }
}

fn receive(letterbox: &Letterbox, sender: &Meeting) -> io::Result<u32> {
    loop {
        match letterbox.reading.swap(0, AcqRel) {
            0 => {}
            reading => return Ok(reading),
        }
        sender.meet()?;
        // Between these two the sender sends.
        sender.meet()?;
        letterbox.sleeps.store(1, Release);
        futex::wait(&letterbox.sleeps, 1, None);
    }
}

fn send(letterbox: &Letterbox, reading: u32) {
    letterbox.reading.store(reading, Release);
    if letterbox.sleeps.swap(0, Acquire) == 1 {
        futex::wake(&letterbox.sleeps, 1);
    }
}

fn main() -> io::Result<()> {
    let letterbox = Shared::<Letterbox>::new()?;
    let (ours, theirs) = Meeting::sides()?;
    let mut receiver =
        ForkedChild::start(|| match receive(&letterbox, &theirs) {
            Ok(21) => 0,
            _ => 1,
        })?;
    ours.meet()?;
    send(&letterbox, 21);
    println!("sent");
    ours.meet()?;
    println!("receiver: {}", receiver.wait()?);
    Ok(())
}
