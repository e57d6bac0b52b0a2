//! Kills, unwinds and stops two of three owners of a mutex at their steps,
//! FAULTS of each, which follow from SEED.
//@ twin: none (it tests this book's mutex)

use ch05_synchronization::mutex_faults::{Mishap, Plan};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;

    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the next one is told"),
        (Mishap::Panic, "panicked: the next one is told"),
        (Mishap::Stop, "stopped for a while: nobody is told"),
    ] {
        let mut struck = 0;
        let mut plans = Plan::from_seed(seed, mishap);
        while struck < faults {
            let plan = plans.next().expect("they have no end");
            struck += u64::from(plan.run()?);
        }
        println!("twice {struck} {what}");
    }
    Ok(())
}
