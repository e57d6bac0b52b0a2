//! Main returns while a thread is still at work: its last line is missing.
//@ loses: 4 (output)
//@ repair: shrink_photos

use ch02_multithreading::photos::Photo;
use std::sync::Barrier;
use std::thread;

// Stands for work that is not done before main has ended: main never comes
// here. Without it the line would be missing only on most runs.
static MAIN_HAS_ENDED: Barrier = Barrier::new(2);

fn main() {
    thread::spawn(|| {
        let small: Vec<Photo> = (0..4)
            .map(|seed| Photo::from_seed(seed).shrink(4, &mut Vec::new()))
            .collect();
        MAIN_HAS_ENDED.wait();
        println!("thread: shrunk {} photos", small.len());
    });
    println!("main: started 1 thread");
}
