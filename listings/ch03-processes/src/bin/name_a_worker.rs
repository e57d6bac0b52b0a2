//! A worker is given a name, and looks for it where the tools look.

use nix::sys::prctl::set_name;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, fs, io};

const NAME: &str = "log-counter";

fn work() -> io::Result<()> {
    set_name(c"log-counter")?;
    for file in ["/proc/self/cmdline", "/proc/self/comm"] {
        let named = fs::read(file)?.starts_with(NAME.as_bytes());
        println!("{file} has the name: {named}");
    }
    Ok(())
}

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("--worker") {
        return work();
    }
    let status = Command::new("/proc/self/exe")
        .arg0(NAME)
        .arg("--worker")
        .status()?;
    println!("worker: {status}");
    Ok(())
}
