//! The log has moved into a thread, and `main` still wants it.
//@ error: E0382
//@ repair: return_by_join

use std::thread;

fn main() {
    let log = vec![200, 404, 200, 500, 404];
    let counter = thread::spawn(move || {
        log.iter().filter(|&&status| status == 404).count()
    });
    let missing = counter.join().unwrap();
    println!("{missing} of {} lines", log.len()); //~ E0382
}
