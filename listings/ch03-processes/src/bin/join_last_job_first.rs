//! A worker of procspawn's pool keeps its result until that is joined: the
//! second job waits for the first, and this program for the second.
//@ deadlock
//@ repair: procspawn_pool

use procspawn::{Pool, SpawnError};

fn shrink(photo: u32) -> u32 {
    photo * 100
}

fn main() -> Result<(), SpawnError> {
    procspawn::init();
    let pool = Pool::new(1)?;
    let [first, second] = [1, 2].map(|photo| pool.spawn(photo, shrink));
    println!("two photos");
    println!("photo 2: {} bytes", second.join()?);
    println!("photo 1: {} bytes", first.join()?);
    Ok(())
}
