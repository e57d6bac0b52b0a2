//! Ends or stops a rank at any step of a collective, or makes it skip one:
//! FAULTS plans that follow from SEED.
//@ twin: none (it tests this book's collectives)

use ch04_ipc::collectives::faults::Plan;
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(13))?;

    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(faults as usize) {
        plan.run()?;
    }
    println!("{faults} faults, and each other rank was told");
    Ok(())
}
