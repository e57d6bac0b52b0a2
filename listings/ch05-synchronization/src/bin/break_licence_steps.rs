//! Kills, unwinds and stops one of three that share two licences at its steps,
//! FAULTS of each, which follow from SEED: with permits, and with tokens.
//@ twin: none (it tests this book's semaphores)

use ch05_synchronization::licence_faults::Plan;
use ch05_synchronization::mishap::{Mishap, faults_and_seed, strike};
use std::error::Error;

type Run = fn(Plan) -> Result<bool, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let (faults, seed) = faults_and_seed()?;
    println!("seed {seed}");
    let runs: [(&str, Run); 2] =
        [("permits", Plan::run_permits), ("tokens", Plan::run_tokens)];
    for (name, run) in runs {
        for (mishap, what) in [
            (Mishap::Kill, "killed"),
            (Mishap::Panic, "panicked"),
            (Mishap::Stop, "stopped for a while"),
        ] {
            let plans = Plan::from_seed(seed, mishap);
            let struck = strike(faults, plans, run)?;
            println!("{name}: {struck} {what}; the others are served");
        }
    }
    Ok(())
}
