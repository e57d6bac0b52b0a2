//! Four workers ask a slow price service. One job panics, and none is lost.

use ch02_multithreading::price_service::{
    FetchError, PriceService, Reply, fetch,
};
use ch02_multithreading::worker_pool::WorkerPool;
use std::collections::BTreeMap;
use std::error::Error;
use std::panic;
use std::thread;
use std::time::Duration;

const WORKERS: usize = 4;
const QUEUE: usize = 3;
const ITEMS: u32 = 12;
const DELAY: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> Result<(), Box<dyn Error>> {
    // The report tells of a job's panic; the usual hook would as well.
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() != Some("pool worker") {
            usual(info);
        }
    }));
    let service = PriceService::start(DELAY, |item, _| match item {
        5 => Reply::Busy,
        8 => Reply::Price(0),
        _ => Reply::Price(100 * item - 1),
    })?;
    let address = service.address();

    let mut pool = WorkerPool::new(WORKERS, QUEUE)?;
    for item in 1..=ITEMS {
        pool.submit(item, move || {
            let cents = fetch(address, item, PATIENCE)?;
            assert!(cents > 0, "a price of 0");
            Ok::<_, FetchError>(cents)
        })?;
    }
    // Else the loop below would wait for the results of jobs yet to come.
    pool.close();

    // They come as they are ready; the map puts them into order.
    let done = pool.results().into_iter();
    let report: BTreeMap<_, _> = done.map(|d| (d.id, d.result)).collect();
    for (item, result) in report {
        match result {
            Ok(Ok(cents)) => println!("{item}: {cents} cents"),
            Ok(Err(error)) => println!("{item}: {error}"),
            Err(unfinished) => println!("{item}: {unfinished}"),
        }
    }
    let asked = service.most_in_flight();
    assert!(asked <= WORKERS);
    println!("at once ~{asked} asked, ~{} waiting", pool.most_queued());
    Ok(())
}
