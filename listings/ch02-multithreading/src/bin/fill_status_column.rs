//! Two threads write into one column: each has a part of it to itself.

use std::thread;

const LOG: [&str; 7] = [
    "GET / 200",
    "GET /beach 200",
    "GET /castle 404",
    "POST /photos 500",
    "GET /harbour 200",
    "GET /market 304",
    "GET /castle 404",
];

fn main() {
    let mut column = [0_u16; LOG.len()];
    let size = LOG.len().div_ceil(2);
    thread::scope(|s| {
        for (lines, cells) in LOG.chunks(size).zip(column.chunks_mut(size)) {
            s.spawn(move || {
                for (line, cell) in lines.iter().zip(cells) {
                    let (_, status) = line.rsplit_once(' ').expect("fields");
                    *cell = status.parse().expect("it is a number");
                }
            });
        }
    });
    println!("{column:?}");
}
