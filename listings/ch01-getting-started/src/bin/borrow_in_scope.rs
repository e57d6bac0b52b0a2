//! Threads borrow one log; the scope ends after all of them.

use std::thread;

fn archive(log: Vec<u32>) {
    println!("archived {} lines", log.len());
}

fn main() {
    let log = vec![200, 404, 200, 500, 404];
    let count = |status| log.iter().filter(|&&s| s == status).count();
    let lines = thread::scope(|s| {
        // `count` holds a shared reference, so `move` copies it.
        let counters = [404, 500].map(|status| s.spawn(move || count(status)));
        counters.map(|counter| counter.join().unwrap())
    });
    println!("404: {} lines", lines[0]);
    println!("500: {} lines", lines[1]);
    archive(log);
}
