//! A sensor process hands over 16 MB of readings, and nobody copies a byte.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::handover::{Draft, HandOverError, Outbox, channel};
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use zerocopy::FromBytes;

const READINGS: usize = 2_000_000;
const LIMIT: Duration = Duration::from_secs(10);

fn measure(outbox: &Outbox) -> Result<(), HandOverError> {
    let draft = Draft::<AtomicU64>::new("readings", READINGS)?;
    for (n, to) in draft.iter().enumerate() {
        to.store(((n % 1000) as f64).to_bits(), Relaxed);
    }
    outbox.send(&draft.seal()?, LIMIT)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (outbox, inbox) = channel()?;
    // By `move`, so that this process keeps no end that it does not use.
    let mut sensor = ForkedChild::start(move || match measure(&outbox) {
        Ok(()) => 0,
        Err(_) => 1,
    })?;
    let parcel = inbox.receive(READINGS * 8, LIMIT)?;
    // Even if the sensor has ended, the memory is there.
    println!("sensor: {}", sensor.wait()?);

    let readings = <[f64]>::ref_from_bytes(&parcel)
        .map_err(|_| "no whole number of readings")?;
    println!("{} readings", readings.len());
    println!("sum: {}", readings.iter().sum::<f64>());
    Ok(())
}
