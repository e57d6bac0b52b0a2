//! Kills, stops or ends the other branch at any byte that it hears or says:
//! PEERS faults that follow from SEED.
//@ twin: none (it tests this book's exchange)

use ch04_ipc::exchange::faults::Plan;
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let peers = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(5))?;

    println!("seed {seed}");
    for plan in Plan::from_seed(seed).take(peers as usize) {
        plan.run()?;
    }
    println!("{peers} peers killed, stopped or ended");
    println!("each told, and nobody waited for them");
    Ok(())
}
