//! Main returns while a thread is still at work: its last line is missing.
//@ loses: 4 (output)
//@ repair: shrink_photos

use ch02_multithreading::photos::Photo;
use std::sync::Barrier;
use std::thread;

// Stands for work that takes longer than main does: nobody else comes to
// this barrier. Without it the line would be missing only on most runs.
static NEVER_OPENS: Barrier = Barrier::new(2);

fn main() {
    thread::spawn(|| {
        let small: Vec<Photo> = (0..4)
            .map(|seed| Photo::from_seed(seed).shrink(4))
            .collect();
        NEVER_OPENS.wait();
        println!("thread: shrunk {} photos", small.len());
    });
    println!("main: started 1 thread");
}
