//! Two processes find photos, and three shrink them, whoever is free.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::queue::{self, Queue};
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn scan(
    folder: &str,
    count: u32,
    photos: &Queue<String>,
) -> Result<(), queue::Error> {
    (1..=count).try_for_each(|i| photos.put(&format!("{folder}/{i:02}.jpg")))
}

fn shrink_all(
    photos: &Queue<String>,
    shrunk: &AtomicU32,
) -> Result<(), queue::Error> {
    for photo in photos.iter() {
        if photo?.ends_with(".jpg") {
            shrunk.fetch_add(1, Relaxed);
        }
        photos.task_done()?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let photos = Queue::<String>::new(8, 100)?;
    let shrunk = Shared::<AtomicU32>::new()?;
    let status = |result: Result<(), queue::Error>| i32::from(result.is_err());

    let shrinker =
        || ForkedChild::start(|| status(shrink_all(&photos, &shrunk)));
    let scanner = |folder, count| {
        ForkedChild::start(|| status(scan(folder, count, &photos)))
    };
    let mut shrinkers = [shrinker()?, shrinker()?, shrinker()?];
    let mut scanners = [scanner("beach", 40)?, scanner("harbour", 20)?];
    for scanner in &mut scanners {
        println!("scanner: {}", scanner.wait()?);
    }
    photos.join()?;
    println!("{} photos shrunk", shrunk.load(Relaxed));
    // The shrinkers wait for more: this ends their iterators.
    photos.close();
    for shrinker in &mut shrinkers {
        println!("shrinker: {}", shrinker.wait()?);
    }
    Ok(())
}
