//! A request that fails is tried again later. A timer holds it, no worker.

use ch02_multithreading::price_service::{PriceService, Reply, fetch};
use ch02_multithreading::retries::Retries;
use ch02_multithreading::worker_pool::{Done, WorkerPool};
use crossbeam::channel::select;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

const WORKERS: usize = 4;
const ITEMS: u32 = 8;
const TRIES: u32 = 4;
const DELAY: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_millis(10);

fn main() -> Result<(), Box<dyn Error>> {
    let service = PriceService::start(DELAY, |item, tries| match item {
        3 if tries <= 2 => Reply::Busy,
        5 if tries == 1 => Reply::Silence,
        7 => Reply::HangUp,
        _ => Reply::Price(100 * item - 1),
    })?;
    let address = service.address();
    let pool = WorkerPool::new(WORKERS, ITEMS as usize)?;
    let ask = |item, tries| {
        pool.submit((item, tries), move || fetch(address, item, PATIENCE))
    };

    for item in 1..=ITEMS {
        ask(item, 1)?;
    }
    let results = pool.results();
    let mut retries = Retries::new(PAUSE, 10 * PAUSE);
    let mut report = BTreeMap::new();
    while report.len() < ITEMS as usize {
        select! {
            recv(results) -> done => {
                let Done { id: (item, tries), result } = done?;
                match result? {
                    Err(error) if error.may_pass() && tries < TRIES => {
                        retries.push((item, tries + 1), tries);
                    }
                    answer => { report.insert(item, (tries, answer)); }
                }
            }
            recv(retries.due()) -> _ => {
                if let Some((item, tries)) = retries.pop_due() {
                    ask(item, tries)?;
                }
            }
        }
    }
    for (item, (tries, answer)) in report {
        let answer = match answer {
            Ok(cents) => format!("{cents} cents"),
            Err(error) => format!("given up, {error}"),
        };
        println!("{item}: {answer}, tries: ~{tries}");
    }
    Ok(())
}
