//! 200 prices from a service that takes 5 ms for each: by the number of
//! workers, in Rust and in Python, and in Rust by the room in the queue.

use ch02_multithreading::price_service::{PriceService, Reply, fetch};
use ch02_multithreading::worker_pool::WorkerPool;
use measurements::{Comparison, Sample};
use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

const ITEMS: u32 = 200;
const DELAY: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(10);

fn service() -> io::Result<PriceService> {
    PriceService::start(DELAY, |item, _| Reply::Price(item))
}

fn pool(workers: usize, queue: usize) -> Result<Sample, Box<dyn Error>> {
    let service = service()?;
    let address = service.address();
    let start = Instant::now();
    let mut pool = WorkerPool::new(workers, queue)?;
    for item in 1..=ITEMS {
        pool.submit(item, move || fetch(address, item, PATIENCE))?;
    }
    pool.close();
    for done in pool.results() {
        assert_eq!(done.result??, done.id);
    }
    let wall = start.elapsed().as_secs_f64();
    Ok(vec![
        ("wall_s", wall),
        ("prices_per_s", f64::from(ITEMS) / wall),
        ("most_in_flight", service.most_in_flight() as f64),
        ("most_queued", pool.most_queued() as f64),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let values = &["wall_s", "prices_per_s", "cpu_s"];
    let for_python = service()?;
    let port = for_python.address().port();
    // The comparison keeps what a variant is called with.
    let workers = |n| -> &'static str { format!("{n} {port}").leak() };
    Comparison::new("pool_throughput")
        .sample("1 worker, queue 16", || pool(1, 16))
        .sample("2 workers, queue 16", || pool(2, 16))
        .sample("4 workers, queue 16", || pool(4, 16))
        .sample("8 workers, queue 16", || pool(8, 16))
        .sample("16 workers, queue 16", || pool(16, 16))
        .sample("8 workers, queue 0", || pool(8, 0))
        .sample("8 workers, queue 1", || pool(8, 1))
        .sample("8 workers, queue 200", || pool(8, 200))
        .python("Python: 1 worker", workers(1), values)
        .python("Python: 2 workers", workers(2), values)
        .python("Python: 4 workers", workers(4), values)
        .python("Python: 8 workers", workers(8), values)
        .python("Python: 16 workers", workers(16), values)
        .run()
}
