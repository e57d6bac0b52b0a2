//! Workers take items until no sender is left. One sender is left.
//@ deadlock
//@ repair: drop_spare_sender

use crossbeam::channel::bounded;
use std::thread;

const WORKERS: usize = 3;
const ITEMS: u32 = 12;

fn main() {
    let (to_workers, queue) = bounded(4);
    let total: u32 = thread::scope(|s| {
        let work = || queue.iter().map(|item| 100 * item).sum::<u32>();
        let workers: Vec<_> = (0..WORKERS).map(|_| s.spawn(work)).collect();
        for item in 1..=ITEMS {
            to_workers.send(item).expect("the queue outlives them all");
        }
        println!("sent {ITEMS} items");
        workers.into_iter().map(|w| w.join().unwrap()).sum()
    });
    println!("{total} cents in all");
}
