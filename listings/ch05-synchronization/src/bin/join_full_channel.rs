//! Waits for the end of threads that wait for room for their results.
//@ deadlock
//@ repair: drain_then_join

use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (results, counted) = sync_channel(2);
    let counters = [0, 1].map(|part| {
        let results = results.clone();
        thread::spawn(move || {
            for line in 0..10 {
                results.send(10 * part + line).expect("somebody receives");
            }
        })
    });
    drop(results);
    println!("waiting for the counters");
    for counter in counters {
        counter.join().unwrap();
    }
    println!("{} results", counted.iter().count());
}
