//! A forked child uses the rayon pool of its parent: the threads are not there.
//@ deadlock
//@ repair: rayon_in_child
//@ twin: none (rayon is of Rust alone)

use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};
use rayon::prelude::*;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let workers = rayon::ThreadPoolBuilder::new().num_threads(2);
    workers.build_global()?;
    let sum = || (0..1000_u32).into_par_iter().sum::<u32>();
    println!("parent: {}", sum());
    // SAFETY: none. UNSOUND: the pool's threads run.
    let forked = unsafe { fork() }?;
    let ForkResult::Parent { child } = forked else {
        println!("child: {}", sum());
        // SAFETY: `_exit` is async-signal-safe.
        unsafe { libc::_exit(0) }
    };
    println!("parent: waits for the child");
    waitpid(child, None)?;
    Ok(())
}
