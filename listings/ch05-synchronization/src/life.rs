//! Conway's game of life on a board whose edges meet, in memory that threads
//! or processes share.

use ch03_processes::shareable;
use std::array;
use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// The board's rows, and columns.
pub const SIDE: usize = 12;

shareable! {
    /// Two generations: one that is read, and the next, which is written.
    ///
    /// A cell is stored and loaded with `Relaxed`: who waits between writing
    /// a generation and reading it has the order from there.
    #[derive(Debug)]
    pub struct Boards {
        cells: [[AtomicU8; SIDE * SIDE]; 2],
    }
}

impl Default for Boards {
    fn default() -> Boards {
        Boards::new()
    }
}

impl Boards {
    /// No cell is alive.
    pub fn new() -> Boards {
        let board = || array::from_fn(|_| AtomicU8::new(0));
        Boards {
            cells: [board(), board()],
        }
    }

    /// Five cells, in generation 0, of which much comes: the R-pentomino.
    pub fn sow(&self) {
        for (row, column) in [(5, 6), (5, 7), (6, 5), (6, 6), (7, 6)] {
            self.cells[0][row * SIDE + column].store(1, Relaxed);
        }
    }

    /// Computes these rows of the generation after this one.
    pub fn evolve(&self, generation: usize, rows: Range<usize>) {
        let now = &self.cells[generation % 2];
        let next = &self.cells[(generation + 1) % 2];
        for row in rows {
            for column in 0..SIDE {
                let mut around = 0;
                for down in [SIDE - 1, 0, 1] {
                    for right in [SIDE - 1, 0, 1] {
                        let row = (row + down) % SIDE;
                        let column = (column + right) % SIDE;
                        around += now[row * SIDE + column].load(Relaxed);
                    }
                }
                let own = now[row * SIDE + column].load(Relaxed);
                let alive = around == 3 || (around == 4 && own == 1);
                next[row * SIDE + column].store(alive.into(), Relaxed);
            }
        }
    }

    /// How many cells are alive in a generation.
    pub fn count(&self, generation: usize) -> u32 {
        let cells = &self.cells[generation % 2];
        cells.iter().map(|cell| u32::from(cell.load(Relaxed))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Boards, SIDE};

    #[test]
    fn the_first_generations_are_known() {
        let boards = Boards::new();
        boards.sow();
        let counts = [0, 1, 2, 3, 4, 5].map(|generation| {
            boards.evolve(generation, 0..SIDE);
            boards.count(generation)
        });
        // As the encyclopaedias have it.
        assert_eq!(counts, [5, 6, 7, 9, 8, 9]);
    }
}
