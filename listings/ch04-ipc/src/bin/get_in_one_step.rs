//! Two processes try for the one photo: one gets it, and the other goes on.
//@ stdout: unordered

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch04_ipc::queue::{self, Queue};
use std::error::Error;

fn shrink_one(
    photos: &Queue<String>,
    other: &Meeting,
) -> Result<(), Box<dyn Error>> {
    if !photos.is_empty() {
        println!("a shrinker sees a photo");
        // Both have looked before either goes on.
        other.meet()?;
        match photos.try_get() {
            Err(queue::Error::Empty) => println!("a shrinker goes on"),
            Ok(Some(photo)) => println!("a shrinker got {photo}"),
            end => panic!("a photo is there, or none: {end:?}"),
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let photos = Queue::new(4, 100)?;
    photos.put(&"beach.jpg".to_owned())?;
    let (one, two) = Meeting::sides()?;
    let mut shrinkers = Vec::new();
    for other in [&one, &two] {
        shrinkers.push(ForkedChild::start(|| {
            i32::from(shrink_one(&photos, other).is_err())
        })?);
    }
    for shrinker in &mut shrinkers {
        shrinker.wait()?;
    }
    println!("both are done");
    Ok(())
}
