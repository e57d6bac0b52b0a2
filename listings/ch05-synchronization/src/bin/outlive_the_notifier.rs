//! The supplier is killed, with the lock and without it, and notifies nobody:
//! who waits is told all the same.
//@ twin: none (a `Condition` never gets the lock of the dead back)

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use ch05_synchronization::condvar::Condvar;
use ch05_synchronization::robust::{Lock, RobustMutex};
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io;

fn wait_for_box(
    boxes: &RobustMutex<i32>,
    changed: &Condvar,
    supplier: Peer,
) -> io::Result<&'static str> {
    let mut lock = boxes.lock()?;
    loop {
        let found = match lock {
            Lock::Locked(found) => found,
            Lock::Recovered(_) => return Ok("killed with the lock"),
        };
        if *found > 0 {
            return Ok("a box");
        }
        if supplier.has_ended() {
            return Ok("killed without it");
        }
        lock = changed.wait(found, || boxes.lock())?;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    for with_lock in [true, false] {
        let boxes = RobustMutex::<i32>::new()?;
        let changed = Shared::<Condvar>::new()?;
        let supplier = ForkedChild::start(|| {
            let held = boxes.lock();
            if !with_lock {
                drop(held);
            }
            // The out-of-memory killer, say.
            let _ = raise(Signal::SIGKILL);
            changed.notify_one();
            0
        })?;
        let peer = Peer::of(supplier.pid() as u32)?;
        println!("{}", wait_for_box(&boxes, &changed, peer)?);
    }
    Ok(())
}
