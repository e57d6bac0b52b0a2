//! An iterator starts and joins the threads one by one: nothing overlaps.
//@ exit: 1
//@ repair: shrink_photos

use ch02_multithreading::photos::Photo;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{self, JoinHandle};

const PHOTOS: usize = 4;

static ALIVE: AtomicUsize = AtomicUsize::new(0);

fn start(photo: Photo) -> JoinHandle<(Photo, usize)> {
    thread::spawn(move || {
        let alive = ALIVE.fetch_add(1, Relaxed) + 1;
        let small = photo.shrink(4, &mut Vec::new());
        ALIVE.fetch_sub(1, Relaxed);
        (small, alive)
    })
}

fn main() -> io::Result<()> {
    let threads = (0..PHOTOS).map(|seed| start(Photo::from_seed(seed)));
    let results = threads.map(|thread| thread.join().expect("it is whole"));

    let mut most = 0;
    for (small, alive) in results {
        println!("{} x {}", small.width, small.height);
        most = most.max(alive);
    }
    println!("threads alive at once: {most}");
    if most < PHOTOS {
        return Err(io::Error::other("not all of them overlapped"));
    }
    Ok(())
}
