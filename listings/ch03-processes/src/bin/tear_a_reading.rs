//! A reading of 64 bytes is read while it is written: half old, half new.
//@ loses: 100 (whole readings)
//@ repair: read_whole_reading

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::shared::Shared;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

type Reading = [AtomicU64; 8];

fn publish(reading: &Reading, reader: &Meeting) -> io::Result<()> {
    for update in 1..=100 {
        for (word, place) in reading.iter().enumerate() {
            if word == 4 {
                // Between these two the reader looks.
                reader.meet()?;
                reader.meet()?;
            }
            place.store(update, Relaxed);
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let reading = Shared::<Reading>::new()?;
    let (ours, theirs) = Meeting::sides()?;
    let mut writer = ForkedChild::start(|| match publish(&reading, &theirs) {
        Ok(()) => 0,
        Err(_) => 1,
    })?;
    let mut whole = 0;
    for _ in 0..100 {
        ours.meet()?;
        let words = reading.each_ref().map(|word| word.load(Relaxed));
        whole += u32::from(words == [words[0]; 8]);
        ours.meet()?;
    }
    println!("writer: {}", writer.wait()?);
    println!("whole readings: {whole}");
    Ok(())
}
