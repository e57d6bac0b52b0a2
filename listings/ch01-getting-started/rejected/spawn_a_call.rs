//! The job is called on the spot; `spawn` is handed its result.
//@ error: E0277
//@ repair: wait_or_compute

use std::thread;

fn fetch_price(article: u32) {
    let name = thread::current().name().unwrap_or_default().to_owned();
    println!("article {article}: fetched by {name}");
}

fn main() {
    let mut workers = Vec::new();
    for article in 0..3 {
        workers.push(thread::spawn(fetch_price(article))); //~ E0277
    }
    for worker in workers {
        worker.join().unwrap();
    }
}
