//! Private data through eight chunks of shared memory: the reader sums behind
//! the writer's copy.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::belt::belt;
use std::error::Error;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

const CHUNKS: usize = 8;
const CHUNK: usize = 8 * 1024;
const READINGS: u64 = 1_000_000;
const LIMIT: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn Error>> {
    let (mut loader, mut unloader) = belt(CHUNKS, CHUNK)?;
    let mut sensor = ForkedChild::start(move || {
        // Made anywhere, by code that knows of no shared memory.
        let readings: Vec<u64> = (0..READINGS).map(|n| n % 1000).collect();
        loader.load(&readings, LIMIT).map_or(1, |()| 0)
    })?;
    let (mut chunks, mut count, mut sum) = (0, 0, 0);
    unloader.unload(LIMIT, |words| {
        chunks += usize::from(!words.is_empty());
        count += words.len();
        sum += words.iter().map(|word| word.load(Relaxed)).sum::<u64>();
    })?;
    println!("sensor: {}", sensor.wait()?);
    println!("{count} readings in {chunks} chunks, {CHUNKS} places");
    println!("sum: {sum}");
    Ok(())
}
