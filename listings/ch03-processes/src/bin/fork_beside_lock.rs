//! A fork while another thread holds a lock: the child waits for ever.
//@ deadlock
//@ repair: save_beside_threads

use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};
use std::error::Error;
use std::sync::{Barrier, Mutex};
use std::thread;

static TABLE: Mutex<u64> = Mutex::new(7);

fn main() -> Result<(), Box<dyn Error>> {
    let barrier = Barrier::new(2);
    thread::scope(|s| {
        s.spawn(|| {
            let mut table = TABLE.lock().unwrap();
            barrier.wait();
            // The fork comes between these two.
            barrier.wait();
            *table += 1;
        });
        barrier.wait();
        // SAFETY: none. UNSOUND: there is a second thread, and the child
        // does more than async-signal-safe calls.
        let forked = unsafe { fork() }?;
        let ForkResult::Parent { child } = forked else {
            println!("child: saves {}", TABLE.lock().unwrap());
            // SAFETY: `_exit` is async-signal-safe.
            unsafe { libc::_exit(0) }
        };
        barrier.wait();
        println!("parent: waits for the child");
        waitpid(child, None)?;
        println!("parent: the table is saved");
        Ok(())
    })
}
