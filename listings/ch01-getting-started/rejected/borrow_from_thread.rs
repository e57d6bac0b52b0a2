//! A thread may outlive the function whose variable it borrows.
//@ error: E0373
//@ repair: borrow_in_scope

use std::thread;

fn main() {
    let log = vec![200, 404, 200];
    let counter = thread::spawn(|| {
        //~^ E0373
        log.iter().filter(|&&status| status == 404).count()
    });
    println!("{} pages were missing", counter.join().unwrap());
}
