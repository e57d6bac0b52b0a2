//! A sample: a group ends because it is asked to, each in its own time.
//@ twin: none (a sample)

use std::ffi::c_int;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

unsafe extern "C" {
    fn kill(pid: c_int, signal: c_int) -> c_int;
}

/// The inner shell ends by itself, with exit status 0; so does the outer one.
const SCRIPT: &str = "trap 'exit 0' TERM; \
    sh -c 'trap \"exit 0\" TERM; echo; while :; do sleep 0.01; done' & \
    while :; do sleep 0.01; done";

fn main() -> io::Result<()> {
    for _ in 0..20 {
        let (mut ready, told) = io::pipe()?;
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT]).process_group(0);
        let mut shell = shell.stdout(told).stderr(Stdio::null()).spawn()?;
        ready.read_exact(&mut [0])?;
        // SAFETY: it is not reaped, so that the number is still its own.
        unsafe { kill(-(shell.id() as c_int), 15) };
        shell.wait()?;
    }
    println!("20 groups asked");
    Ok(())
}
