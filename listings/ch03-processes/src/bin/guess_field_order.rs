//! Two programs disagree about the order of a struct's fields.
//@ loses: 40 (lines)
//@ repair: share_import_status

use ch03_processes::shared::{Shareable, Shared, memory_file};
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU16, AtomicU32, AtomicU64};

/// What the importer is compiled with.
struct Status {
    step: AtomicU16,
    files: AtomicU16,
    lines: AtomicU32,
    bytes: AtomicU64,
}

// SAFETY: none. UNSOUND: the compiler may put the fields in any order.
unsafe impl Shareable for Status {}

/// What the monitor is compiled with: the order in which they are written
/// down, as C and Python's `ctypes` have it.
#[repr(C)]
struct StatusSeen {
    step: AtomicU16,
    files: AtomicU16,
    lines: AtomicU32,
    bytes: AtomicU64,
}

// SAFETY: atomics in a fixed order, 2 + 2 + 4 + 8 bytes of 16.
unsafe impl Shareable for StatusSeen {}

fn main() -> io::Result<()> {
    let memory = memory_file::<Status>("import-status", 1)?;
    let importer = Shared::<Status>::map(&memory)?;
    importer.step.store(2, Relaxed);
    importer.files.store(3, Relaxed);
    importer.lines.store(40, Relaxed);
    importer.bytes.store(5120, Relaxed);

    let monitor = Shared::<StatusSeen>::map(&memory)?;
    println!("step {}", monitor.step.load(Relaxed));
    println!("files {}", monitor.files.load(Relaxed));
    println!("bytes {}", monitor.bytes.load(Relaxed));
    println!("lines {}", monitor.lines.load(Relaxed));
    Ok(())
}
