//! A sensor's process sends readings to this one through shared memory.

use ch04_ipc::ring;
use std::error::Error;

const READINGS: u64 = 10_000;

/// Its number, the milliseconds since the start, and five channels.
type Reading = [u64; 7];

fn measure(n: u64) -> Reading {
    let mut reading = [n; 7];
    reading[1] = 5 * n;
    for (channel, value) in reading[2..].iter_mut().enumerate() {
        *value = (n + 1) * (channel as u64 + 3) % 1000;
    }
    reading
}

fn main() -> Result<(), Box<dyn Error>> {
    let (sender, mut readings) = ring::channel::<Reading>(1024)?;
    let mut sensor = ring::in_child(sender, |mut sender| {
        match (0..READINGS).try_for_each(|n| sender.send(measure(n))) {
            Ok(()) => 0,
            Err(_) => 1,
        }
    })?;

    let (mut next, mut sum) = (0, 0);
    while let Some(reading) = readings.recv()? {
        assert_eq!(reading[0], next, "none is lost, none comes twice");
        next += 1;
        sum += reading[2..].iter().sum::<u64>();
    }
    println!("{next} readings, sum {sum}");
    println!("sensor: {}", sensor.wait()?);
    Ok(())
}
