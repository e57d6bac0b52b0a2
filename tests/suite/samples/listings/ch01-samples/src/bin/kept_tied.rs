//! A sample: a child's child is tied to it, and killed as it is killed.
//@ twin: none (a sample)

use std::ffi::{c_int, c_ulong};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;
use std::time::Duration;

unsafe extern "C" {
    fn prctl(option: c_int, ...) -> c_int;
}

const PR_SET_PDEATHSIG: c_int = 1;

fn main() -> io::Result<()> {
    if std::env::args().len() > 1 {
        let mut helper = Command::new("sh");
        helper.args(["-c", "echo; exec sleep 30"]);
        // SAFETY: a system call, and nothing else.
        unsafe {
            helper.pre_exec(|| {
                prctl(PR_SET_PDEATHSIG, 9 as c_ulong);
                Ok(())
            })
        };
        return helper.status().map(drop);
    }
    for _ in 0..5 {
        let (mut ready, told) = io::pipe()?;
        let mut child = Command::new("/proc/self/exe");
        let mut child = child.arg("child").stdout(told).spawn()?;
        ready.read_exact(&mut [0])?;
        // Time enough to be seen.
        thread::sleep(Duration::from_millis(100));
        child.kill()?;
        child.wait()?;
    }
    println!("5 children killed");
    Ok(())
}
