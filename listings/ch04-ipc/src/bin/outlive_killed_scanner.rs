//! A producer is killed while it puts. The others go on.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::queue::Queue;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let photos = Queue::<(char, Vec<u8>)>::new(4, 100_000)?;
    let scanner = |name, count: usize| {
        ForkedChild::start(|| {
            let photo = (name, vec![7; 90_000]);
            i32::from((0..count).any(|_| photos.put(&photo).is_err()))
        })
    };
    let mut killed = scanner('A', usize::MAX)?;
    // It is at work: in the middle of a copy, or asleep before a full queue.
    photos.get()?;
    killed.kill()?;
    println!("scanner A: {}", killed.wait()?);

    let mut other = scanner('B', 20)?;
    let (mut whole, mut damaged) = (0, 0);
    while whole < 20 {
        match photos.get()? {
            Some(('B', bytes)) if bytes == [7; 90_000] => whole += 1,
            // Those that A had put before it died.
            Some(('A', bytes)) if bytes == [7; 90_000] => {}
            _ => damaged += 1,
        }
    }
    println!("scanner B: {}", other.wait()?);
    println!("{whole} photos of B, {damaged} damaged");
    Ok(())
}
