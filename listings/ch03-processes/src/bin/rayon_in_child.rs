//! A forked child makes a rayon pool of its own, and the parent another.
//@ twin: none (rayon is of Rust alone)

use ch03_processes::fork::ForkedChild;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use std::error::Error;
use std::time::Duration;

fn sum_in_own_pool() -> Result<u32, Box<dyn Error>> {
    let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    Ok(pool.install(|| (0..1000_u32).into_par_iter().sum()))
}

fn main() -> Result<(), Box<dyn Error>> {
    // First the fork, then the first thread.
    let mut child = ForkedChild::start(|| match sum_in_own_pool() {
        Ok(sum) => {
            println!("child: {sum}");
            0
        }
        Err(_) => 1,
    })?;
    let sum = sum_in_own_pool()?;
    let status = child.wait_timeout(Duration::from_secs(20))?;
    println!("parent: {sum}");
    println!("child: {}", status.ok_or("it takes too long")?);
    Ok(())
}
