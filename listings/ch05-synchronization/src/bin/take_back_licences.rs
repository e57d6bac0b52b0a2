//! Four licences, each a locked file. When a holder is killed the kernel gives
//! its licence back, and the fifth job has one.

use ch03_processes::fork::ForkedChild;
use ch05_synchronization::tokens::Tokens;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io;

fn count(licences: &Tokens) -> io::Result<usize> {
    let mut taken = Vec::new();
    while let Some(token) = licences.try_acquire()? {
        taken.push(token);
    }
    Ok(taken.len())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let licences = Tokens::open(folder.path(), 4)?;
    for _ in 0..4 {
        let mut job = ForkedChild::start(|| {
            let token = licences.acquire();
            // The out-of-memory killer, say.
            let _ = raise(Signal::SIGKILL);
            i32::from(token.is_err())
        })?;
        println!("job: {}; licences: {}", job.wait()?, count(&licences)?);
    }
    let _token = licences.acquire()?;
    println!("the fifth job has a licence");
    Ok(())
}
