//! A sample: it leaves a process behind whose main thread has ended.
//@ twin: none (a sample)

use std::ffi::c_long;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
}

/// exit(2), the system call, which ends one thread.
const EXIT: c_long = if cfg!(target_arch = "x86_64") { 60 } else { 93 };

fn main() -> std::io::Result<()> {
    if std::env::args().len() > 1 {
        thread::spawn(|| thread::sleep(Duration::from_secs(30)));
        // SAFETY: nothing that the other thread uses is on this stack.
        unsafe { syscall(EXIT, 0) };
    }
    let child = Command::new("/proc/self/exe").arg("child").spawn()?;
    let stat = format!("/proc/{}/stat", child.id());
    while !fs::read_to_string(&stat)?.contains(") Z") {
        thread::yield_now();
    }
    println!("its main thread has ended");
    Ok(())
}
