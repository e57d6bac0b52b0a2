//! Kills, unwinds and stops one of three that share two licences at its steps,
//! FAULTS of each, which follow from SEED: with permits, and with tokens.
//@ twin: none (it tests this book's semaphores)

use ch05_synchronization::licence_faults::{Mishap, Plan};
use std::env;
use std::error::Error;

type Run = fn(Plan) -> Result<bool, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;

    println!("seed {seed}");
    let runs: [(&str, Run); 2] =
        [("permits", Plan::run_permits), ("tokens", Plan::run_tokens)];
    for (name, run) in runs {
        for (mishap, what) in [
            (Mishap::Kill, "killed"),
            (Mishap::Panic, "panicked"),
            (Mishap::Stop, "stopped for a while"),
        ] {
            let mut struck = 0;
            let mut plans = Plan::from_seed(seed, mishap);
            while struck < faults {
                let plan = plans.next().expect("they have no end");
                struck += u64::from(run(plan)?);
            }
            println!("{name}: {struck} {what}; the others are served");
        }
    }
    Ok(())
}
