//! A program that was executed, not forked, counts in memory it was handed.

use memmap2::{MmapOptions, MmapRaw};
use nix::fcntl::{FcntlArg, SealFlag, fcntl, posix_fallocate};
use nix::sys::memfd::{MFdFlags, memfd_create};
use std::env;
use std::error::Error;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Maps `file`, if its seal says that nobody can shrink it: behind its end
/// is no memory, and touching that would be SIGBUS.
fn map(file: &File) -> io::Result<MmapRaw> {
    let seals = fcntl(file, FcntlArg::F_GET_SEALS)?;
    let seals = SealFlag::from_bits_retain(seals);
    if !seals.contains(SealFlag::F_SEAL_SHRINK) {
        return Err(io::Error::other("the memory is not sealed"));
    }
    MmapOptions::new().map_raw(file)
}

/// A counter at the start of the memory.
fn counter(memory: &MmapRaw) -> &AtomicU64 {
    assert!(memory.len() >= size_of::<AtomicU64>());
    // SAFETY: the bytes are there, at the start of a page, and `map` has made
    // sure that they stay. Every process accesses them atomically.
    unsafe { AtomicU64::from_ptr(memory.as_mut_ptr().cast()) }
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("import") {
        let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let memory = map(&file)?;
        for _ in 0..1000 {
            counter(&memory).fetch_add(1, Relaxed);
        }
        return Ok(());
    }

    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("imported", flags)?);
    posix_fallocate(&file, 0, 8)?;
    fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_SHRINK))?;
    let memory = map(&file)?;
    let start = || {
        let mut importer = Command::new(env::current_exe()?);
        importer.arg("import").stdin(file.try_clone()?).spawn()
    };
    for mut importer in [start()?, start()?] {
        println!("importer: {}", importer.wait()?);
    }
    println!("imported: {}", counter(&memory).load(Relaxed));
    Ok(())
}
