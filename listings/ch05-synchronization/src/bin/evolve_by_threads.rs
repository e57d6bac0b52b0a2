//! Three threads compute a strip of the board each, and wait for each other
//! after every generation.

use ch05_synchronization::life::{Boards, SIDE};
use std::sync::Barrier;
use std::thread;

const STRIPS: usize = 3;
const ROWS: usize = SIDE / STRIPS;

fn main() {
    let boards = Boards::new();
    boards.sow();
    let barrier = Barrier::new(STRIPS);
    let work = |strip: usize| {
        let rows = strip * ROWS..(strip + 1) * ROWS;
        for generation in 0..20 {
            boards.evolve(generation, rows.clone());
            // The next generation is complete for all, or for none.
            if barrier.wait().is_leader() && (generation + 1) % 5 == 0 {
                let alive = boards.count(generation + 1);
                println!("generation {}: {alive} alive", generation + 1);
            }
        }
    };
    thread::scope(|scope| {
        for strip in 0..STRIPS {
            scope.spawn(move || work(strip));
        }
    });
}
