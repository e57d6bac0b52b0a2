//! Four processes share out sensor readings, sort them among each other, and
//! add them up.

use ch04_ipc::collectives::{Rank, RankError, run_within};
use std::error::Error;
use std::time::Duration;

fn sort_and_add(rank: &mut Rank) -> Result<String, RankError> {
    // Rank 0 has the data. What the others pass here is not used.
    let (scale, parts) = match rank.id() {
        0 => (10, vec![vec![3, 1], vec![2, 0], vec![1, 3], vec![0, 2]]),
        _ => (0, vec![]),
    };
    let scale: u32 = rank.broadcast(0, scale)?;
    let part: Vec<u32> = rank.scatter(0, parts)?;

    // Readings of size n are for rank n.
    let mut sorted = vec![vec![]; rank.size()];
    for reading in &part {
        sorted[*reading as usize].push(reading * scale);
    }
    let mine = rank.all_to_all(sorted)?.concat();

    let most = rank.reduce(0, mine.iter().sum::<u32>(), u32::max)?;
    let all = rank.gather(0, mine.clone())?;
    let mut line = format!("got {part:?}, sorted {mine:?}");
    if let (Some(all), Some(most)) = (all, most) {
        line += &format!(", all {all:?}, largest sum {most}");
    }
    Ok(line)
}

fn main() -> Result<(), Box<dyn Error>> {
    let limit = Duration::from_secs(10);
    let lines = run_within(4, limit, sort_and_add)?;
    for (rank, line) in lines.into_iter().enumerate() {
        println!("rank {rank}: {}", line?);
    }
    Ok(())
}
