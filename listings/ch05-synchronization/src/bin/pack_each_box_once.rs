//! Two packers, each a process, wait until there is a box on the shelf, or
//! until no more will come.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch05_synchronization::condvar::Condvar;
use ch05_synchronization::robust::{Guard, RobustMutex};
use std::error::Error;
use std::io;
use zerocopy::FromBytes;

#[derive(FromBytes)]
struct Shelf {
    boxes: i32,
    closed: u32,
}

fn lock(shelf: &RobustMutex<Shelf>) -> io::Result<Guard<'_, Shelf>> {
    // Each change is a single store: nothing is ever half-done.
    Ok(shelf.lock()?.or_repair(|_| {}))
}

fn pack(shelf: &RobustMutex<Shelf>, changed: &Condvar) -> io::Result<i32> {
    let mut packed = 0;
    loop {
        let mut found = lock(shelf)?;
        while found.boxes == 0 && found.closed == 0 {
            found = changed.wait(found, || lock(shelf))?;
        }
        if found.boxes == 0 {
            return Ok(packed);
        }
        found.boxes -= 1;
        packed += 1;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let shelf = RobustMutex::<Shelf>::new()?;
    let changed = Shared::<Condvar>::new()?;
    let mut packers = Vec::new();
    for _ in 0..2 {
        packers
            .push(ForkedChild::start(|| pack(&shelf, &changed).unwrap_or(-1))?);
    }
    for _ in 0..5 {
        lock(&shelf)?.boxes += 1;
        changed.notify_one();
    }
    lock(&shelf)?.closed = 1;
    changed.notify_all();
    let mut packed = 0;
    for mut packer in packers {
        packed += packer.wait()?.code().ok_or("it was killed")?;
    }
    println!("packed: {packed}");
    println!("boxes: {}", lock(&shelf)?.boxes);
    Ok(())
}
