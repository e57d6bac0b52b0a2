//! Ten conversions, each a process, and four licences: at most four of them
//! convert at once.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch05_synchronization::event::Event;
use ch05_synchronization::semaphore::Semaphore;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

shareable! {
    struct Office {
        licences: Semaphore<4>,
        all_in_use: Event,
        in_use: AtomicU32,
        most: AtomicU32,
    }
}

fn convert(office: &Office) -> bool {
    let _permit = office.licences.acquire();
    let in_use = office.in_use.fetch_add(1, Relaxed) + 1;
    office.most.fetch_max(in_use, Relaxed);
    if in_use == 4 {
        office.all_in_use.set();
    }
    // The first four wait for each other, so that four are in use for once.
    let seen = office.all_in_use.wait_timeout(Duration::from_secs(10));
    office.in_use.fetch_sub(1, Relaxed);
    seen
}

fn main() -> Result<(), Box<dyn Error>> {
    let office = Shared::<Office>::new()?;
    let mut jobs = Vec::new();
    for _ in 0..10 {
        jobs.push(ForkedChild::start(|| i32::from(!convert(&office)))?);
    }
    let mut done = 0;
    for mut job in jobs {
        done += u32::from(job.wait()?.success());
    }
    let most = office.most.load(Relaxed);
    println!("{done} converted, at most {most} at once");
    println!("licences: {}", office.licences.available());
    Ok(())
}
