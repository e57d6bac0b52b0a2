//! Kills, unwinds and stops members of a barrier at their steps, FAULTS of
//! each, which follow from SEED. It is one barrier, made whole each time.
//@ twin: none (it tests this book's barrier)

use ch05_synchronization::barrier_faults::{Mishap, Plan, Site};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;

    println!("seed {seed}");
    let site = Site::new()?;
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others are told who"),
        (Mishap::Panic, "panicked: the others are told who"),
        (Mishap::Stop, "stopped for a while: all rounds are complete"),
    ] {
        let mut struck = 0;
        let mut plans = Plan::from_seed(seed, mishap);
        while struck < faults {
            let plan = plans.next().expect("they have no end");
            struck += u64::from(plan.run(&site)?);
        }
        println!("{struck} {what}");
    }
    Ok(())
}
