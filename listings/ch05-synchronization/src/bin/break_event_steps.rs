//! Kills, unwinds and stops the setter or a waiter of an event at its steps,
//! FAULTS of each, which follow from SEED.
//@ twin: none (it tests this book's event)

use ch05_synchronization::event_faults::Plan;
use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others are told"),
        (Mishap::Panic, "panicked: the others are told"),
        (Mishap::Stop, "stopped for a while: nothing is missed"),
    ] {
        let plans = Plan::from_seed(seed, mishap);
        let struck = strike(faults, plans, Plan::run)?;
        println!("{struck} {what}");
    }
    Ok(())
}
