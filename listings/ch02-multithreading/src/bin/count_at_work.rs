//! Counts the threads at work: all four at once, as each waits for the rest.

use ch02_multithreading::photos::Photo;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{self, JoinHandle};

const PHOTOS: usize = 4;

static AT_WORK: AtomicUsize = AtomicUsize::new(0);
// Without it a quick thread could end before the last one has started, and
// the count would depend on luck.
static ALL_STARTED: Barrier = Barrier::new(PHOTOS);

/// The thread returns the small photo, and how many were at work.
fn start(photo: Photo) -> JoinHandle<(Photo, usize)> {
    thread::spawn(move || {
        let at_work = AT_WORK.fetch_add(1, Relaxed) + 1;
        ALL_STARTED.wait();
        let small = photo.shrink(4);
        AT_WORK.fetch_sub(1, Relaxed);
        (small, at_work)
    })
}

fn main() -> Result<(), String> {
    let handles = (0..PHOTOS).map(|seed| start(Photo::from_seed(seed)));
    // Starts all threads before the first is joined.
    let handles: Vec<_> = handles.collect();

    let mut most = 0;
    for handle in handles {
        let (small, at_work) = handle.join().expect("the photo is whole");
        println!("{} x {}", small.width, small.height);
        most = most.max(at_work);
    }
    println!("threads at work at once: {most}");
    if most < PHOTOS {
        return Err("not all of them overlapped".to_owned());
    }
    Ok(())
}
