//! Two threads shrink six photos, each with one scratch buffer of its own.

use ch02_multithreading::photos::Photo;
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

static MADE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static SUMS: RefCell<Vec<u32>> = {
        MADE.fetch_add(1, Relaxed);
        RefCell::default()
    };
}

fn shrink(photo: &Photo) -> Photo {
    SUMS.with_borrow_mut(|sums| photo.shrink(4, sums))
}

fn main() {
    let threads = [0..3, 3..6].map(|seeds| {
        thread::spawn(move || {
            let small: Vec<Photo> =
                seeds.map(|seed| shrink(&Photo::from_seed(seed))).collect();
            small.len()
        })
    });
    for thread in threads {
        let shrunk = thread.join().expect("all photos are whole");
        println!("a thread, {shrunk} photos");
    }
    println!("scratch buffers: {}", MADE.load(Relaxed));
}
