//! A queue with a bound: a producer that is too quick is told, and can wait.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::queue::{Error, Queue};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let photos = Queue::<String>::new(64, 100)?;
    let name = |i: u32| format!("beach/{i:04}.jpg");
    let mut sent = 0;
    while photos.try_put(&name(sent)).is_ok() {
        sent += 1;
    }
    println!("{sent} photos, and no room");
    let soon = Duration::from_millis(1);
    if let Err(Error::TimedOut) = photos.put_timeout(&name(sent), soon) {
        println!("nor a moment later");
    }
    let mut shrinker = ForkedChild::start(|| {
        let all = photos.iter().filter(Result::is_ok).count();
        i32::from(all != 10_000)
    })?;
    for i in sent..10_000 {
        photos.put(&name(i))?;
    }
    photos.close();
    println!("all are sent");
    println!("shrinker: {}", shrinker.wait()?);
    Ok(())
}
