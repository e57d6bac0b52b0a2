//! Four threads count the statuses of one log that they borrow.

use ch02_multithreading::access_log::{status_of, write_log};
use std::collections::BTreeMap;
use std::thread;

const THREADS: usize = 4;

/// How often each status occurs. The keys are parts of the log.
type Table<'log> = BTreeMap<&'log str, usize>;

/// Counts one share of the log.
fn count<'log>(lines: &[&'log str]) -> Table<'log> {
    let mut table = Table::new();
    for line in lines {
        *table.entry(status_of(line)).or_insert(0) += 1;
    }
    table
}

fn main() {
    let log = write_log(3000);
    let index: Vec<&str> = log.lines().collect();
    let shares = index.chunks(index.len().div_ceil(THREADS).max(1));

    let mut total = Table::new();
    thread::scope(|s| {
        // All threads are started before the first is joined.
        let handles: Vec<_> =
            shares.map(|share| s.spawn(move || count(share))).collect();
        for handle in handles {
            let table = handle.join().expect("no line is damaged");
            for (status, n) in table {
                *total.entry(status).or_insert(0) += n;
            }
        }
    });

    for (status, n) in total {
        println!("{status}: {n} lines");
    }
}
