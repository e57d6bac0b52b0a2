//! A sample: the main thread of a child has ended, and another one works on.

use std::ffi::c_long;
use std::process::{Command, exit};
use std::thread;
use std::time::Duration;

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
}

/// exit(2), the system call, which ends one thread.
const EXIT: c_long = if cfg!(target_arch = "x86_64") { 60 } else { 93 };

fn main() -> std::io::Result<()> {
    if std::env::args().len() > 1 {
        thread::spawn(|| {
            thread::sleep(Duration::from_millis(400));
            exit(0);
        });
        // SAFETY: nothing that the other thread uses is on this stack.
        unsafe { syscall(EXIT, 0) };
    }
    let child = Command::new("/proc/self/exe").arg("child").status()?;
    println!("the child: {child}");
    Ok(())
}
