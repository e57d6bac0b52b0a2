//! Half a line waits in a buffer at the fork, and is printed by both.

use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};
use std::error::Error;
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn Error>> {
    print!("table: ");
    // SAFETY: this process has one thread.
    let ForkResult::Parent { child } = unsafe { fork() }? else {
        println!("saved by the child");
        let _ = io::stdout().flush();
        // SAFETY: `_exit` is async-signal-safe.
        unsafe { libc::_exit(0) }
    };
    waitpid(child, None)?;
    println!("served by the parent");
    Ok(())
}
