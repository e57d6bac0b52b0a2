//! A licence is given back twice. The system's semaphore then has five; one
//! with a bound refuses.

use ch05_synchronization::posix_semaphore::PosixSemaphore;
use ch05_synchronization::semaphore::Semaphore;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let unbounded = PosixSemaphore::new(4)?;
    unbounded.wait();
    unbounded.post()?;
    unbounded.post()?;
    println!("without a bound: {} licences", unbounded.value());

    let licences = Semaphore::<4>::new();
    // Given up to whoever releases it: by itself a permit comes back once.
    licences.acquire().forget();
    licences.release()?;
    match licences.release() {
        Ok(()) => println!("given back twice"),
        Err(_) => println!("refused: {} licences", licences.available()),
    }
    Ok(())
}
