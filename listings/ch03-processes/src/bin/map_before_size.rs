//! Memory is mapped before the file has a size: touching it ends the process.
//@ signal: SIGBUS
//@ repair: fill_shared_memory

use memmap2::MmapOptions;
use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::Mode;
use std::fs::File;
use std::io;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

fn main() -> io::Result<()> {
    let name = format!("/sized-{}", process::id());
    let flags = OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_RDWR;
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    let file = File::from(shm_open(name.as_str(), flags, mode)?);
    // At once, so that no name outlives what comes.
    shm_unlink(name.as_str())?;

    let memory = MmapOptions::new().len(4096).map_raw(&file)?;
    println!(
        "mapped {} bytes of {}",
        memory.len(),
        file.metadata()?.len()
    );
    // SAFETY: none. UNSOUND: there is an address, and no memory behind it.
    let update = unsafe { AtomicU64::from_ptr(memory.as_mut_ptr().cast()) };
    update.store(1, Relaxed);
    println!("stored {}", update.load(Relaxed));
    Ok(())
}
