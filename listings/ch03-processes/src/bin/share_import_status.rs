//! A child process tells by a shared struct which file it imports.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use std::io;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64};

shareable! {
    struct Status {
        /// 0: not begun; 1: the name of the file is there.
        step: AtomicU16,
        files: AtomicU16,
        lines: AtomicU32,
        bytes: AtomicU64,
        /// Padded with zeros.
        name: [AtomicU8; 32],
    }
}

fn import(file: &str, status: &Status) {
    // A name that is too long is cut: `zip` ends with the shorter one.
    for (to, byte) in status.name.iter().zip(file.bytes()) {
        to.store(byte, Relaxed);
    }
    // Release: who sees the step sees the name.
    status.step.store(1, Release);
    status.files.fetch_add(1, Relaxed);
    status.bytes.fetch_add(5120, Relaxed);
    status.lines.fetch_add(40, Relaxed);
}

fn main() -> io::Result<()> {
    let status = Shared::<Status>::new()?;
    let mut importer = ForkedChild::start(|| {
        import("access-2026-11-23.log", &status);
        0
    })?;
    println!("importer: {}", importer.wait()?);

    if status.step.load(Acquire) == 1 {
        // Copied out first, then looked at: any bytes may stand there.
        let name = status.name.each_ref().map(|byte| byte.load(Relaxed));
        let name = String::from_utf8_lossy(&name);
        println!("file: {}", name.trim_end_matches('\0'));
    }
    println!("files: {}", status.files.load(Relaxed));
    println!("bytes: {}", status.bytes.load(Relaxed));
    println!("lines: {}", status.lines.load(Relaxed));
    Ok(())
}
