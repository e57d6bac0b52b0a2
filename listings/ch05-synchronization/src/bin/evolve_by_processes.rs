//! Three processes compute a strip of the board each, and wait for each other
//! after every generation, for ten seconds at most.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use ch05_synchronization::barrier::{Barrier, BarrierError};
use ch05_synchronization::life::{Boards, SIDE};
use std::error::Error;
use std::time::Duration;

const STRIPS: usize = 3;
const ROWS: usize = SIDE / STRIPS;
const LIMIT: Duration = Duration::from_secs(10);

fn work(
    boards: &Boards,
    barrier: &Barrier<STRIPS>,
    strip: usize,
) -> Result<(), BarrierError> {
    let mut member = barrier.join(strip)?;
    let rows = strip * ROWS..(strip + 1) * ROWS;
    for generation in 0..20 {
        boards.evolve(generation, rows.clone());
        let turn = member.wait_timeout(LIMIT)?;
        if turn.is_leader && (generation + 1) % 5 == 0 {
            let alive = boards.count(generation + 1);
            println!("generation {}: {alive} alive", generation + 1);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let barrier = Shared::<Barrier<STRIPS>>::new()?;
    let boards = Shared::<Boards>::new()?;
    boards.sow();
    let mut strips = Vec::new();
    for strip in 0..STRIPS {
        let child = ForkedChild::start(|| {
            i32::from(work(&boards, &barrier, strip).is_err())
        })?;
        // Should it die before it has joined, the others are told.
        barrier.expect(strip, Peer::of(child.pid() as u32)?)?;
        strips.push(child);
    }
    for mut strip in strips {
        assert!(strip.wait()?.success());
    }
    Ok(())
}
