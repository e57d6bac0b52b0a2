//! A line is damaged; whoever joins the thread that panics learns of it.

use std::thread;

const LOG: [&str; 6] = [
    "GET / 200",
    "GET /castle 404",
    "GET /beach 200",
    "GET /tower 404",
    "GET /market 304",
    "GET /cas",
];

/// How many of these lines say that the page was missing?
fn count(lines: &[&str]) -> usize {
    let mut missing = 0;
    for line in lines {
        let status = line.split(' ').nth(2).expect("a status");
        missing += usize::from(status == "404");
    }
    missing
}

fn main() {
    println!("counting in 3 threads");
    thread::scope(|s| {
        let start = |share| s.spawn(move || count(share));
        let handles: Vec<_> = LOG.chunks(2).map(start).collect();
        for (handle, share) in handles.into_iter().zip(1..) {
            match handle.join() {
                Ok(missing) => println!("share {share}: {missing} times 404"),
                Err(_) => println!("share {share}: damaged"),
            }
        }
    });
}
