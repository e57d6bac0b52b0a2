//! Two threads write to one table: each needs it to itself.
//@ error: E0499
//@ repair: count_statuses

use std::collections::BTreeMap;
use std::thread;

const LOG: [&str; 4] = ["404", "200", "404", "200"];

fn count<'log>(lines: &[&'log str], table: &mut BTreeMap<&'log str, u32>) {
    for line in lines {
        *table.entry(line).or_insert(0) += 1;
    }
}

fn main() {
    let mut table = BTreeMap::new();
    let (first, second) = LOG.split_at(2);
    thread::scope(|s| {
        s.spawn(|| count(first, &mut table));
        s.spawn(|| count(second, &mut table)); //~ E0499
    });
    println!("{table:?}");
}
