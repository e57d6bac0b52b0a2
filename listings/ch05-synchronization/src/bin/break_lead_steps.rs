//! Kills, unwinds and stops processes at the steps to the lead, FAULTS of
//! each, which follow from SEED.
//@ twin: none (it tests this book's lead)

use ch05_synchronization::leader_faults::Plan;
use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others lead in turn"),
        (Mishap::Panic, "panicked: the others lead in turn"),
        (Mishap::Stop, "stopped for a while: all lead in turn"),
    ] {
        let plans = Plan::from_seed(seed, mishap);
        let struck = strike(faults, plans, Plan::run)?;
        println!("{struck} {what}");
    }
    Ok(())
}
