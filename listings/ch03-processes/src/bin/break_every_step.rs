//! Breaks a pool's workers at every step of their work, and the system that
//! they need. Arguments: how many plans, and the seed that they follow from,
//! which may be the word `random`.
//@ twin: none (it tests this book's pool)

use ch03_processes::process_pool::faults::{self, Plan};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let plans = words.next().map_or(Ok(20), |word| word.parse())?;
    let seed = match words.next().as_deref() {
        None => 3,
        Some("random") => fastrand::u64(..1_000_000),
        Some(word) => word.parse()?,
    };

    // First, so that a failure can be had again.
    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(plans) {
        plan.run().map_err(|e| format!("seed {seed}: {e}"))?;
    }
    println!("{plans} faults: start, task, encoding, sending");
    println!("{} noticed by the pool", faults::noticed_by_the_pool()?);
    println!("{} limits on descriptors", faults::no_descriptors()?);
    println!("{} processes refused", faults::no_processes()?);
    // Not if the system forbids a mount namespace.
    let full = faults::full_shared_memory()?.unwrap_or(0);
    println!("~{full} full /dev/shm");
    let workers = faults::dropped_in_mid_job()?;
    println!("{workers} workers of a dropped call");
    println!("{} workers of a killed pool", faults::parent_killed()?);
    println!("each task delivered once, nothing left behind");
    Ok(())
}
