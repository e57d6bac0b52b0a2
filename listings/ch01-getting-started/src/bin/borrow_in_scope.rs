//! Two threads read one log: the scope ends after both of them.

use std::thread;

fn main() {
    let log = vec![200, 404, 200, 500];
    let count = |status| log.iter().filter(|&&s| s == status).count();
    let (missing, failed) = thread::scope(|s| {
        let missing = s.spawn(|| count(404));
        let failed = s.spawn(|| count(500));
        (missing.join().unwrap(), failed.join().unwrap())
    });
    println!("{} lines: {missing} missing, {failed} failed", log.len());
}
