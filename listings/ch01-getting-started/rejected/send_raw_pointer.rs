//! A pointer does not say how long its target lives, or who writes there.
//@ error: E0277
//@ repair: borrow_in_scope

use std::thread;

fn main() {
    let log = [200, 404, 200, 500, 404];
    let first: *const u32 = log.as_ptr();
    let reader = thread::spawn(move || {
        //~^ E0277
        // SAFETY: `main` joins this thread before `log` ends.
        unsafe { *first }
    });
    println!("the first status: {}", reader.join().unwrap());
}
