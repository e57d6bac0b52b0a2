//! One thread locks, another one would unlock.
//@ error: E0277
//@ repair: hold_the_guard

use std::sync::Mutex;
use std::thread;

static HITS: Mutex<u32> = Mutex::new(0);

fn main() {
    let mut hits = HITS.lock().unwrap();
    let server = thread::spawn(move || {
        //~^ E0277
        *hits += 1;
    });
    server.join().unwrap();
}
