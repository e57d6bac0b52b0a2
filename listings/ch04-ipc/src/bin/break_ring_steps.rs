//! Kills either side of a ring at its steps, KILLS times, by plans that follow
//! from SEED, and stops it a fifth as often.
//@ twin: none (it tests this book's ring)

use ch04_ipc::ring::faults::{self, Fault};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = env::args().skip(1).map(|word| word.parse());
    let kills = numbers.next().unwrap_or(Ok(20))?;
    let seed = numbers.next().unwrap_or(Ok(3))?;

    println!("seed {seed}");
    faults::strike(seed, Fault::Kill, kills)?;
    println!("{kills} kills: the other side was told");
    let stops = kills / 5;
    faults::strike(seed, Fault::Stop, stops)?;
    println!("{stops} stops: all messages came");
    faults::died_unused()?;
    println!("1 death before the first message");
    faults::died_amid_signals()?;
    faults::died_amid_shortage()?;
    faults::died_polled()?;
    println!("3 deaths amid signals, without a free descriptor, polled");
    faults::closed_unused()?;
    println!("2 ends closed that nobody had used");
    faults::copy_refused()?;
    println!("1 copy of an end, refused");
    println!("every message whole, once and in order");
    Ok(())
}
