//! Kills, unwinds and stops members of an import at their steps, FAULTS of
//! each, which follow from SEED, and brings it down.
//@ twin: none (it tests this book's import)

use ch05_synchronization::importers::faults::Plan;
use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others end in order"),
        (Mishap::Panic, "panicked: the others end in order"),
        (Mishap::Stop, "stopped: all is over in time"),
    ] {
        let plans = Plan::from_seed(seed, mishap);
        let struck = strike(faults, plans, Plan::run)?;
        println!("{struck} {what}");
    }
    Ok(())
}
