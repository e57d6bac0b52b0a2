//! A metal plate, hot at its upper edge. Each of three processes has four of
//! its rows, and shows its outer rows to its neighbours.

use ch04_ipc::collectives::{Grid, Rank, RankError, run_within};
use std::error::Error;
use std::time::Duration;

const COLUMNS: usize = 8;
type Row = [f64; COLUMNS];
/// The rounds, and each rank's rows.
type AtRest = (u64, Vec<Vec<Row>>);

const HOT: Row = [100.0; COLUMNS];
const COLD: Row = [0.0; COLUMNS];

/// Each place takes the mean of the four around it. Left and right are cold.
fn spread(above: &Row, rows: &[Row], below: &Row) -> Vec<Row> {
    let row = |i: usize| match i {
        0 => above,
        i => rows.get(i - 1).unwrap_or(below),
    };
    let place = |i: usize, j: usize| {
        let left = if j == 0 { 0.0 } else { row(i)[j - 1] };
        let right = row(i).get(j + 1).unwrap_or(&0.0);
        (row(i - 1)[j] + row(i + 1)[j] + left + right) / 4.0
    };
    let new_row = |i| std::array::from_fn(|j| place(i, j));
    (1..=rows.len()).map(new_row).collect()
}

fn cool(rank: &mut Rank) -> Result<Option<AtRest>, RankError> {
    let column = Grid {
        rows: rank.size(),
        columns: 1,
    };
    let [above, below, ..] = column.around(rank.id());
    let mut rows = vec![COLD; 4];
    for round in 1.. {
        let mut edges = Vec::new();
        edges.extend(above.map(|above| (above, rows[0])));
        edges.extend(below.map(|below| (below, rows[3])));
        let mut shown = rank.exchange(round, edges)?.into_iter();
        let upper = above.and_then(|_| shown.next()).unwrap_or(HOT);
        let lower = shown.next().unwrap_or(COLD);

        let new = spread(&upper, &rows, &lower);
        let pairs = new.iter().flatten().zip(rows.iter().flatten());
        let change = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        rows = new;
        // Also those whose rows rest: the heat may still come.
        if rank.all_reduce(change, f64::max)? < 0.01 {
            let all = rank.gather(0, rows)?;
            return Ok(all.map(|all| (round, all)));
        }
    }
    unreachable!("it comes to rest")
}

fn main() -> Result<(), Box<dyn Error>> {
    let plates = run_within(3, Duration::from_secs(10), cool)?;
    for plate in plates {
        if let Some((rounds, ranks)) = plate? {
            println!("at rest after {rounds} rounds; the fourth column:");
            for rows in ranks {
                let column = rows.iter().map(|row| format!("{:.1}", row[3]));
                println!("{}", column.collect::<Vec<_>>().join(" "));
            }
        }
    }
    Ok(())
}
