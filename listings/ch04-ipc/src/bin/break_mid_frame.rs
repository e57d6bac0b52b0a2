//! Kills or stops one side of a stream of frames at every step: FAULTS faults
//! that follow from SEED.
//@ twin: none (it tests this book's frames)

use ch04_ipc::frames::faults::Plan;
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let faults = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(4))?;

    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(faults as usize) {
        plan.run()?;
    }
    println!("{faults} faults: writer and reader, pipe and socket");
    println!("each whole frame delivered, each half one told");
    Ok(())
}
