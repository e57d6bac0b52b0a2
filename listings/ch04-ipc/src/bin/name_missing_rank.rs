//! One rank leaves out the sum. Rank 0 waits for it for a while, says who is
//! missing, and gives up; so do all who wait for rank 0.

use ch04_ipc::collectives::run;
use std::error::Error;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let totals = run(4, |rank| {
        // Everybody is there: the time is for the sum alone.
        rank.gather(0, ())?;
        if rank.id() == 0 {
            rank.set_patience(Some(Duration::from_millis(300)));
        }
        let found = [3, 1, 0, 2][rank.id()];
        let mut total = None;
        if found > 0 {
            total = rank.reduce(0, found, |a, b| a + b)?;
        }
        rank.broadcast(0, total)
    })?;
    for (rank, total) in totals.into_iter().enumerate() {
        match total {
            Ok(total) => println!("rank {rank}: {total:?}"),
            Err(why) => println!("rank {rank}: {why}"),
        }
    }
    Ok(())
}
