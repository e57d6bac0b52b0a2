//! Memory is mapped that its sender may still shorten: a read ends the reader.
//@ signal: SIGBUS
//@ repair: refuse_unsealed_memory

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch04_ipc::handover::channel;
use memmap2::MmapOptions;
use nix::sys::memfd::{MFdFlags, memfd_create};
use std::error::Error;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

const BYTES: u64 = 4096;
const LIMIT: Duration = Duration::from_secs(10);

fn make() -> io::Result<File> {
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("readings", flags)?);
    file.set_len(BYTES)?;
    Ok(file)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (outbox, inbox) = channel()?;
    let (ours, theirs) = Meeting::sides()?;
    let mut sender = ForkedChild::start(move || {
        let file = make().expect("memfd_create");
        outbox.send_file(&file, BYTES, LIMIT).expect("send");
        theirs.meet().expect("the receiver has looked at the size");
        file.set_len(0).expect("nothing forbids it");
        0
    })?;
    let (file, said) = inbox.receive_file(LIMIT)?;
    let found = file.metadata()?.len();
    println!(
        "mapping {found} bytes, as the sender said: {}",
        found == said
    );
    let memory = MmapOptions::new().map_raw_read_only(&file)?;
    ours.meet()?;
    println!("sender: {}", sender.wait()?);

    // SAFETY: none. UNSOUND: the memory behind the address is gone.
    let word = unsafe { AtomicU64::from_ptr(memory.as_mut_ptr().cast()) };
    println!("read {}", word.load(Relaxed));
    Ok(())
}
