//! A thread for each photo of a folder; each hands back a smaller photo.

use ch02_multithreading::photos::Photo;
use std::io;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{Builder, JoinHandle};

const FOLDER: [&str; 4] = ["beach", "castle", "harbour", "market"];

static ALIVE: AtomicUsize = AtomicUsize::new(0);
// Without it a quick thread could end before the last one has started, and
// the number of them would depend on luck.
static ALL_STARTED: Barrier = Barrier::new(FOLDER.len());

/// Starts a thread that returns the small photo and the threads alive.
fn start(name: &str, photo: Photo) -> io::Result<JoinHandle<(Photo, usize)>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        let alive = ALIVE.fetch_add(1, Relaxed) + 1;
        ALL_STARTED.wait();
        let small = photo.shrink(4, &mut Vec::new());
        ALIVE.fetch_sub(1, Relaxed);
        (small, alive)
    })
}

fn main() -> io::Result<()> {
    let mut threads = Vec::new();
    for (seed, name) in FOLDER.iter().enumerate() {
        threads.push(start(name, Photo::from_seed(seed))?);
    }
    let mut most = 0;
    for thread in threads {
        let name = thread.thread().name().expect("named").to_owned();
        let (small, alive) = thread.join().expect("the photo is whole");
        let mean = small.mean();
        println!("{name}: {} x {}, mean {mean}", small.width, small.height);
        most = most.max(alive);
    }
    println!("threads alive at once: {most}");
    if most < FOLDER.len() {
        return Err(io::Error::other("not all of them overlapped"));
    }
    Ok(())
}
