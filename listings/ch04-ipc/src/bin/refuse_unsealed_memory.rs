//! The receiver refuses memory that its sender could still shorten, and what
//! is sealed can no longer be shortened.
//@ twin: none (it shows what this book's `Inbox` refuses)

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch04_ipc::handover::{Draft, Outbox, channel};
use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use std::error::Error;
use std::fs::File;
use std::os::fd::AsFd;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

const BYTES: u64 = 4096;
const LIMIT: Duration = Duration::from_secs(10);

/// Memory whose pages are only promised, with these seals.
fn promise(seals: SealFlag) -> Result<File, Box<dyn Error>> {
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("readings", flags)?);
    file.set_len(BYTES)?;
    fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(file)
}

fn send(outbox: &Outbox, mapped: &Meeting) -> Result<(), Box<dyn Error>> {
    outbox.send_file(promise(SealFlag::empty())?, BYTES, LIMIT)?;
    outbox.send_file(File::open("/dev/zero")?, BYTES, LIMIT)?;
    outbox.send_file(promise(SealFlag::all())?, BYTES, LIMIT)?;

    let sealed = Draft::<AtomicU64>::new("readings", 512)?.seal()?;
    outbox.send_file(&sealed, 1 << 40, LIMIT)?;
    outbox.send(&sealed, LIMIT)?;
    outbox.send(&sealed, LIMIT)?;
    mapped.meet()?;
    let file = File::from(sealed.as_fd().try_clone_to_owned()?);
    let refused = file.set_len(0).expect_err("it is sealed");
    println!("sender: {refused}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (outbox, inbox) = channel()?;
    let (ours, theirs) = Meeting::sides()?;
    let mut sender =
        ForkedChild::start(move || send(&outbox, &theirs).map_or(1, |()| 0))?;
    let receive = |largest| {
        inbox.receive(largest, LIMIT).inspect_err(|refused| {
            println!("refused: {refused}");
        })
    };
    for _ in ["not sealed", "no memory", "holes", "wrong size"] {
        receive(4096).expect_err("something is wrong with it");
    }
    receive(1000).expect_err("it is larger");
    let parcel = receive(4096)?;
    ours.meet()?;
    println!("sender: {}", sender.wait()?);
    println!("read {}", parcel[0]);
    Ok(())
}
