//! Takes all results, until the last sender is gone, and waits for the
//! threads' end then.

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
    println!("{} results", counted.iter().count());
    for counter in counters {
        counter.join().unwrap();
    }
}
