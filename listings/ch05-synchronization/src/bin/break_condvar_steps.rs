//! Kills, unwinds and stops one who waits or notifies at a condition at its
//! steps, FAULTS of each, which follow from SEED.
//@ twin: none (it tests this book's condition variable)

use ch05_synchronization::condvar_faults::Plan;
use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others are told"),
        (Mishap::Panic, "panicked: the others are told"),
        (Mishap::Stop, "stopped for a while: all turns are taken"),
    ] {
        let plans = Plan::from_seed(seed, mishap);
        let struck = strike(faults, plans, Plan::run)?;
        println!("{struck} {what}");
    }
    Ok(())
}
