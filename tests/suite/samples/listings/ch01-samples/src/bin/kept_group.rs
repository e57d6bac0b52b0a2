//! A sample: a process is killed with its group, and its child is no zombie
//! of this program's.
//@ twin: none (a sample)

use std::ffi::c_int;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::Command;

unsafe extern "C" {
    fn kill(pid: c_int, signal: c_int) -> c_int;
}

fn main() -> io::Result<()> {
    for _ in 0..20 {
        let (mut ready, told) = io::pipe()?;
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 30 & echo; wait"]).process_group(0);
        let mut shell = shell.stdout(told).spawn()?;
        ready.read_exact(&mut [0])?;
        // SAFETY: it is not reaped, so that the number is still its own.
        unsafe { kill(-(shell.id() as c_int), 9) };
        shell.wait()?;
    }
    println!("20 groups killed");
    Ok(())
}
