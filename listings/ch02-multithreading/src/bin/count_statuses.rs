//! Four threads count the statuses of one log that they borrow.

use ch02_multithreading::access_log::{status, write_log};
use std::collections::BTreeMap;
use std::thread;

const THREADS: usize = 4;

/// How often each status occurs. The keys are parts of the log.
type Table<'log> = BTreeMap<&'log str, usize>;

/// Counts one share of the log.
fn count<'log>(lines: &[&'log str]) -> Table<'log> {
    let mut table = Table::new();
    for line in lines {
        *table.entry(status(line)).or_insert(0) += 1;
    }
    table
}

/// How many bytes of these lines lie in the buffer of `log` itself?
fn bytes_in_place(log: &str, lines: &[&str]) -> usize {
    let buffer = log.as_bytes().as_ptr_range();
    let mut bytes = 0;
    for line in lines {
        let place = line.as_bytes().as_ptr_range();
        if buffer.start <= place.start && place.end <= buffer.end {
            bytes += line.len();
        }
    }
    bytes
}

fn main() {
    let log = write_log(7, 3000);
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let shares = lines.chunks(lines.len().div_ceil(THREADS).max(1));
    // Of a reference `move` takes a copy; of the `String` it would take all.
    let log = log.as_str();

    let mut total = Table::new();
    let mut in_place = 0;
    thread::scope(|s| {
        // All threads are started before the first is joined.
        let threads: Vec<_> = shares
            .map(|share| {
                s.spawn(move || (count(share), bytes_in_place(log, share)))
            })
            .collect();
        for thread in threads {
            let (table, bytes) = thread.join().expect("no line is damaged");
            in_place += bytes;
            for (status, lines) in table {
                *total.entry(status).or_insert(0) += lines;
            }
        }
    });

    for (status, lines) in total {
        println!("{status}: {lines} lines");
    }
    println!("{} bytes in the log, {in_place} read in place", log.len());
}
