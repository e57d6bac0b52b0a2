//! A thread for each photo of a folder; each hands back a smaller photo.

use ch02_multithreading::photos::Photo;
use std::thread;

const FOLDER: [&str; 4] = ["beach", "castle", "harbour", "market"];

fn main() {
    let mut handles = Vec::new();
    for seed in 0..FOLDER.len() {
        let photo = Photo::from_seed(seed);
        handles.push(thread::spawn(move || photo.shrink(4)));
    }

    let mut small = Vec::new();
    for handle in handles {
        small.push(handle.join().expect("the photo is whole"));
    }
    for (name, photo) in FOLDER.iter().zip(&small) {
        let mean = photo.mean();
        println!("{name}: {} x {}, mean {mean}", photo.width, photo.height);
    }
    println!("shrunk {} photos", small.len());
}
