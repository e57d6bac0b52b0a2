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

/// Has no parameter for a buffer, and takes that of its thread.
fn shrink(photo: &Photo) -> Photo {
    SUMS.with_borrow_mut(|sums| photo.shrink_with(4, sums))
}

fn main() {
    let handles = [0..3, 3..6].map(|seeds| {
        thread::spawn(move || {
            let small: Vec<Photo> =
                seeds.map(|seed| shrink(&Photo::from_seed(seed))).collect();
            small.len()
        })
    });
    for handle in handles {
        let shrunk = handle.join().expect("all photos are whole");
        println!("a thread, {shrunk} photos");
    }
    println!("scratch buffers: {}", MADE.load(Relaxed));
}
