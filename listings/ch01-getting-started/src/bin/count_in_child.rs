//! A child process counts into a `static`: its own copy of it.
//@ loses: 50
//@ repair: collect_from_child

use ch01_getting_started::fork::ForkedChild;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static MISSING: AtomicU32 = AtomicU32::new(0);

fn main() -> io::Result<()> {
    let child = ForkedChild::start(|| {
        for i in 0..1000 {
            if i * 7919 % 100 < 5 {
                MISSING.fetch_add(1, Relaxed);
            }
        }
        println!("child: {} pages were missing", MISSING.load(Relaxed));
        0
    })?;
    child.wait()?;
    println!("parent: {} pages were missing", MISSING.load(Relaxed));
    Ok(())
}
