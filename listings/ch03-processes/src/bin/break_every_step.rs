//! Breaks a pool's workers at every step of their work, and the system that
//! they need: PAIRS faults that follow from SEED.
//@ twin: none (it tests this book's pool)

use ch03_processes::process_pool::faults::{self, Plan};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let pairs = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(3))?;

    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(pairs as usize) {
        plan.run()?;
    }
    println!("{pairs} deaths: start, task, encoding, sending");
    println!("{} noticed by the pool", faults::noticed_by_the_pool()?);
    println!("{} limits on descriptors", faults::no_descriptors()?);
    println!("{} processes refused", faults::no_processes()?);
    let full = faults::full_shared_memory()?.unwrap_or(0);
    println!("~{full} full /dev/shm");
    println!(
        "{} workers of a dropped call",
        faults::dropped_in_mid_job()?
    );
    match faults::parent_killed()? {
        Some(workers) => println!("{workers} workers of a killed pool"),
        None => println!("a killed pool: not tried, a child has threads"),
    }
    println!("each task delivered once, nothing left behind");
    Ok(())
}
