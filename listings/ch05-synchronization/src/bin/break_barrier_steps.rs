//! Kills, unwinds and stops members of a barrier at their steps, FAULTS of
//! each, which follow from SEED. It is one barrier, made whole each time.
//@ twin: none (it tests this book's barrier)

use ch05_synchronization::barrier_faults::{Plan, Site};
use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    let site = Site::new()?;
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others are told who"),
        (Mishap::Panic, "panicked: the others are told who"),
        (Mishap::Stop, "stopped for a while: all rounds are complete"),
    ] {
        let plans = Plan::from_seed(seed, mishap);
        let struck = strike(faults, plans, |plan| plan.run(&site))?;
        println!("{struck} {what}");
    }
    Ok(())
}
