//! A seqlock's reader takes no reading that is being written.

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::table::{Reader, Table};
use std::error::Error;
use std::process;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

fn watch(name: &str, writer: &Meeting) -> Result<(), Box<dyn Error>> {
    let readings = Reader::<8>::open(name)?;
    let (mut halves, mut whole) = (0, 0);
    for _ in 0..100 {
        writer.meet()?;
        halves += u32::from(readings.try_read(0).is_some());
        writer.meet()?;
        let words = readings.read(0, Duration::from_secs(10))?;
        whole += u32::from(words == [words[0]; 8]);
        writer.meet()?;
    }
    println!("taken in the middle of a write: {halves}");
    println!("whole readings: {whole}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/whole-{}", process::id());
    let readings = Table::<8>::create(&name, 1)?;
    let (ours, theirs) = Meeting::sides()?;
    let mut reader = ForkedChild::start(|| match watch(&name, &theirs) {
        Ok(()) => 0,
        Err(_) => 1,
    })?;
    for update in 1..=100 {
        readings.write_with(0, |reading| {
            for (word, place) in reading.iter().enumerate() {
                if word == 4 {
                    // Between these two the reader looks.
                    ours.meet().expect("the reader is there");
                    ours.meet().expect("the reader is there");
                }
                place.store(update, Relaxed);
            }
        })?;
        // The next write begins when the reader has read this one.
        ours.meet()?;
    }
    let status = reader.wait()?;
    if !status.success() {
        return Err(format!("reader: {status}").into());
    }
    Ok(())
}
