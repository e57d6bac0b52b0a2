//! The log moves into a thread, and comes back with the answer.

use std::thread;

fn main() {
    let log = vec![200, 404, 200, 500, 404];
    let counter = thread::spawn(move || {
        let missing = log.iter().filter(|&&status| status == 404).count();
        (missing, log)
    });
    let (missing, log) = counter.join().unwrap();
    println!("{missing} of {} lines", log.len());
}
