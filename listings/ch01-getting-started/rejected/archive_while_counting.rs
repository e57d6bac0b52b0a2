//! The log is given away while a thread still counts in it.
//@ error: E0505
//@ repair: borrow_in_scope

use std::thread;

fn archive(log: Vec<u32>) {
    println!("archived {} lines", log.len());
}

fn main() {
    let log = vec![200, 404, 200, 500, 404];
    let count = |status| log.iter().filter(|&&s| s == status).count();
    thread::scope(|s| {
        //~^ E0505
        let counter = s.spawn(|| count(404));
        archive(log);
        println!("404: {} lines", counter.join().unwrap());
    });
}
