//! A thread may outlive the variable that it borrows.
//@ error: E0373
//@ repair: borrow_in_scope

use std::thread;

const LOG: [u32; 5] = [200, 404, 200, 500, 404];

fn main() {
    let mut counters = Vec::new();
    for status in [404, 500] {
        counters.push(thread::spawn(|| {
            //~^ E0373
            LOG.iter().filter(|&&s| s == status).count()
        }));
    }
    for counter in counters {
        println!("{} lines", counter.join().unwrap());
    }
}
