//! Two packers wait for a box, and look with an `if`: one box comes, and both
//! pack it.
//@ exit: 1
//@ repair: pack_each_box_once

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch05_synchronization::condvar::Condvar;
use ch05_synchronization::robust::{Guard, RobustMutex};
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::thread;
use zerocopy::FromBytes;

#[derive(FromBytes)]
struct Shelf {
    boxes: i32,
    came: u32,
}

fn lock(shelf: &RobustMutex<Shelf>) -> io::Result<Guard<'_, Shelf>> {
    Ok(shelf.lock()?.or_repair(|_| {}))
}

fn pack(shelf: &RobustMutex<Shelf>, changed: &Condvar) -> io::Result<()> {
    let mut found = lock(shelf)?;
    found.came += 1;
    if found.boxes == 0 {
        found = changed.wait(found, || lock(shelf))?;
    }
    found.boxes -= 1;
    Ok(())
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let shelf = RobustMutex::<Shelf>::new()?;
    let changed = Shared::<Condvar>::new()?;
    let mut packers = Vec::new();
    for _ in 0..2 {
        packers.push(ForkedChild::start(|| {
            i32::from(pack(&shelf, &changed).is_err())
        })?);
    }
    while lock(&shelf)?.came < 2 {
        thread::yield_now();
    }
    lock(&shelf)?.boxes += 1;
    changed.notify_all();
    for mut packer in packers {
        assert!(packer.wait()?.success());
    }
    let boxes = lock(&shelf)?.boxes;
    println!("boxes: {boxes}");
    Ok(ExitCode::from(u8::from(boxes != 0)))
}
