//! Kills and stops producers and consumers of a queue at every step of their
//! work: PLANS faults that follow from SEED.
//@ twin: none (it tests this book's queue)

use ch04_ipc::queue::faults::{self, Plan};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let plans = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(4))?;

    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(plans as usize) {
        plan.run()?;
    }
    println!("{plans} processes struck while they put or got");
    println!(
        "{} processes killed, one after the other",
        faults::many_deaths()?
    );
    println!("{} killed, heirs of one another", faults::heirs_die()?);
    println!(
        "{} struck while they reported or joined",
        faults::struck_at_join()?
    );
    println!("{} wait for one that was stopped", faults::stopped()?);
    println!(
        "{} waits for a peer that comes late",
        faults::unseen_peers()?
    );
    println!("{} waits told that all others are dead", faults::alone()?);
    println!("nothing twice, and lost at most what the victim held");
    Ok(())
}
