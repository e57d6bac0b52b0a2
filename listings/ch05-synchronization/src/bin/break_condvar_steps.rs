//! Kills, unwinds and stops one who waits or notifies at a condition at its
//! steps, FAULTS of each, which follow from SEED.
//@ twin: none (it tests this book's condition variable)

use ch05_synchronization::condvar_faults::{Mishap, Plan};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;

    println!("seed {seed}");
    for (mishap, what) in [
        (Mishap::Kill, "killed: the others are told"),
        (Mishap::Panic, "panicked: the others are told"),
        (Mishap::Stop, "stopped for a while: all turns are taken"),
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
