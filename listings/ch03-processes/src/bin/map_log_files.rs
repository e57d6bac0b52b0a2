//! A pool of processes searches a day's log files, called in five ways.

use ch03_processes::process_pool::{Error, ProcessPool};
use std::collections::HashSet;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The status that is looked for. Each process has its own.
static WANTED: AtomicU32 = AtomicU32::new(0);

/// How often a status stands in the log file of an hour.
fn count(hour: u32, status: u32) -> usize {
    let line = |i: u32| match (i * 7919 + hour * 331) % (97 + hour) {
        0..5 => 404,
        _ => 200,
    };
    (0..1000).filter(|&i| line(i) == status).count()
}

fn wanted(&hour: &u32) -> usize {
    count(hour, WANTED.load(Relaxed))
}

fn main() -> Result<(), Error> {
    let hours: Vec<u32> = (0..24).collect();
    let pool = ProcessPool::new(2)
        .initializer(|| WANTED.store(404, Relaxed))
        .max_tasks_per_child(8)
        .chunk_size(4);

    let day: usize = pool.map(&hours, wanted)?.iter().sum();
    println!("map: {day} pages were missing");

    let pairs = [(3, 404), (3, 200)];
    let third = pool.starmap(&pairs, |&hour, &status| count(hour, status))?;
    println!("starmap: hour 3: {third:?}");

    // Leaving the loop ends the workers, which may be some hours ahead.
    for (hour, missing) in pool.imap(&hours, wanted)?.enumerate() {
        let missing = missing?;
        if missing < 45 {
            println!("imap: hour {hour} is the first with {missing}");
            break;
        }
    }

    let mut workers = HashSet::new();
    for result in pool.imap_unordered(&hours, |_| process::id())? {
        let (_hour, pid) = result?;
        workers.insert(pid);
    }
    println!("imap_unordered: 3 workers or more: {}", workers.len() >= 3);

    let night = pool.apply_async(|| (0..6).map(|h| wanted(&h)).sum())?;
    let evening = pool.apply_async(|| (18..24).map(|h| wanted(&h)).sum())?;
    let (night, evening): (usize, usize) = (night.get()?, evening.get()?);
    println!("apply_async: {night} by night, {evening} in the evening");
    Ok(())
}
