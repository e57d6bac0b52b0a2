//! A line is damaged; the thread that panics over it is left to the scope.
//@ exit: 101
//@ repair: report_damaged_share

use std::thread;

const LOG: [&str; 6] = [
    "GET / 200",
    "GET /castle 404",
    "GET /beach 200",
    "GET /tower 404",
    "GET /market 304",
    "GET /cas",
];

fn main() {
    let mut missing = [0; 3];
    println!("counting in 3 threads");
    thread::scope(|s| {
        for (lines, cell) in LOG.chunks(2).zip(&mut missing) {
            s.spawn(move || {
                for line in lines {
                    let status = line.split(' ').nth(2).expect("a status");
                    *cell += u32::from(status == "404");
                }
            });
        }
    });
    println!("404: {} lines", missing.iter().sum::<u32>());
}
