//! One rank has found nothing, and leaves out the sum. Rank 0 waits for it,
//! and the others wait for rank 0.
//@ deadlock
//@ repair: join_every_sum

use ch04_ipc::collectives::run;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("four ranks add up what they have found");
    let totals = run(4, |rank| {
        let found = [3, 1, 0, 2][rank.id()];
        let mut total = None;
        if found > 0 {
            total = rank.reduce(0, found, |a, b| a + b)?;
        }
        rank.broadcast(0, total)
    })?;
    for (rank, total) in totals.into_iter().enumerate() {
        println!("rank {rank}: {}", total?.unwrap_or(0));
    }
    Ok(())
}
