//! Two threads have a log counted by processes that procspawn starts.

use std::error::Error;
use std::thread;
use std::time::Duration;

fn count(wanted: u16) -> usize {
    let log = (0..1000).map(|i| if i * 7919 % 100 < 5 { 404 } else { 200 });
    log.filter(|&status| status == wanted).count()
}

fn main() -> Result<(), Box<dyn Error>> {
    // In a started process this call runs its function, and does not return.
    procspawn::init();
    thread::scope(|s| {
        let ask = |status: u16| {
            s.spawn(move || {
                let mut job = procspawn::spawn(status, count);
                job.join_timeout(Duration::from_secs(20))
            })
        };
        let (found, missing) = (ask(200), ask(404));
        println!("200: {}", found.join().unwrap()?);
        println!("404: {}", missing.join().unwrap()?);
        Ok(())
    })
}
