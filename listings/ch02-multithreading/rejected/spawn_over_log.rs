//! Threads without a scope may not borrow the log that `main` owns.
//@ error: E0373
//@ repair: count_statuses

use ch02_multithreading::access_log::{status_of, write_log};
use std::thread;

fn main() {
    let log = write_log(3000);
    let found = thread::spawn(|| {
        //~^ E0373
        log.lines().filter(|line| status_of(line) == "404").count()
    });
    println!("404: {} lines", found.join().unwrap());
}
