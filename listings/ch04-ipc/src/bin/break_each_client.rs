//! Clients that are killed or stop at any byte, send rubbish, too much or
//! nothing, and servers that are killed: FAULTS plans that follow from SEED.
//@ twin: none (it tests this book's server)

use ch04_ipc::server::faults::Plan;
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(11))?;

    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(faults as usize) {
        plan.run()?;
    }
    println!("{faults} faults, and each other client was answered");
    Ok(())
}
