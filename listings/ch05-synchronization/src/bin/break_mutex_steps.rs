//! Kills, unwinds and stops two of three owners of a mutex at their steps,
//! FAULTS of each, which follow from SEED.
//@ twin: none (it tests this book's mutex)

use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use ch05_synchronization::mutex_faults::Plan;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the next one is told"),
        (Mishap::Panic, "panicked: the next one is told"),
        (Mishap::Stop, "stopped for a while: nobody is told"),
    ] {
        let plans = Plan::from_seed(seed, mishap);
        let struck = strike(faults, plans, Plan::run)?;
        println!("twice {struck} {what}");
    }
    Ok(())
}
