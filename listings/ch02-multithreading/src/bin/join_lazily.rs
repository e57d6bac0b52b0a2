//! An iterator starts the threads, and each is joined before the next start.
//@ exit: 1
//@ repair: count_at_work

use ch02_multithreading::photos::Photo;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{self, JoinHandle};

const PHOTOS: usize = 4;

static AT_WORK: AtomicUsize = AtomicUsize::new(0);

fn start(photo: Photo) -> JoinHandle<(Photo, usize)> {
    thread::spawn(move || {
        let at_work = AT_WORK.fetch_add(1, Relaxed) + 1;
        let small = photo.shrink(4);
        AT_WORK.fetch_sub(1, Relaxed);
        (small, at_work)
    })
}

fn main() -> Result<(), String> {
    let handles = (0..PHOTOS).map(|seed| start(Photo::from_seed(seed)));

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
