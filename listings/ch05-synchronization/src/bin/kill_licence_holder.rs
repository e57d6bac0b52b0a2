//! Four licences in a semaphore of the system. Each holder that is killed
//! takes one with it, and the fifth job waits for ever.
//@ deadlock
//@ repair: take_back_licences

use ch03_processes::fork::ForkedChild;
use ch05_synchronization::posix_semaphore::PosixSemaphore;
use nix::sys::signal::{Signal, raise};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let licences = PosixSemaphore::new(4)?;
    for _ in 0..4 {
        let mut job = ForkedChild::start(|| {
            licences.wait();
            // The out-of-memory killer, say.
            let _ = raise(Signal::SIGKILL);
            i32::from(licences.post().is_err())
        })?;
        println!("job: {}; licences: {}", job.wait()?, licences.value());
    }
    licences.wait();
    println!("the fifth job has a licence");
    licences.post()?;
    Ok(())
}
