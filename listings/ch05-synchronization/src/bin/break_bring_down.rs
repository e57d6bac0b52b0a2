//! Kills, unwinds and stops members of an import at their steps, FAULTS of
//! each, which follow from SEED, and brings it down.
//@ twin: none (it tests this book's import)

use ch05_synchronization::importers::faults::{Mishap, Plan};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;

    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others end in order"),
        (Mishap::Panic, "panicked: the others end in order"),
        (Mishap::Stop, "stopped: all is over in time"),
    ] {
        let mut struck = 0;
        let mut plans = Plan::from_seed(seed, mishap);
        while struck < faults {
            let plan = plans.next().expect("they have no end");
            struck += u64::from(plan.run()?);
        }
        println!("{struck} {what}");
    }
    Ok(())
}
