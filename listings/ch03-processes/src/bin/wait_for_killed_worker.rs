//! A naive pool waits for as many results as it has tasks. A killed worker's
//! never comes.
//@ deadlock
//@ repair: survive_killed_worker

use ch03_processes::fork::ForkedChild;
use nix::sys::signal::{Signal, raise};
use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let (mut results, to_pool) = io::pipe()?;
    let mut workers = Vec::new();
    for photos in [[1, 2], [3, 4]] {
        workers.push(ForkedChild::start(|| {
            for photo in photos {
                if photo == 3 {
                    // As the out-of-memory killer does.
                    raise(Signal::SIGKILL).expect("no signal is safer");
                }
                let sent = (&to_pool).write_all(&[photo]);
                sent.expect("the pool reads");
            }
            0
        })?);
    }
    // The pool keeps `to_pool`, to start further workers with: so no end of
    // file tells of the death either.
    for n in 1..=4 {
        results.read_exact(&mut [0])?;
        println!("{n} of 4 photos");
    }
    for mut worker in workers {
        println!("{}", worker.wait()?);
    }
    Ok(())
}
