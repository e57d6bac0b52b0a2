//! A process puts a large result and ends; its parent waits for the end, and
//! gets the result afterwards.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::queue::Queue;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let thumbnails = Queue::<Vec<u8>>::new(2, 1 << 20)?;
    let mut shrinker = ForkedChild::start(|| {
        // When this returns, the bytes are in memory that outlives us.
        i32::from(thumbnails.put(&vec![7; 1_000_000]).is_err())
    })?;
    println!("waiting for the shrinker");
    println!("shrinker: {}", shrinker.wait()?);
    let bytes = thumbnails.get()?.map_or(0, |thumbnail| thumbnail.len());
    println!("a thumbnail of {bytes} bytes");
    Ok(())
}
