//! A request that fails is tried again later. A timer holds it, no worker.

use ch02_multithreading::price_service::{PriceService, Reply, fetch};
use ch02_multithreading::retries::{Retries, back_off};
use ch02_multithreading::worker_pool::WorkerPool;
use crossbeam::channel::select;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

const WORKERS: usize = 4;
const ITEMS: u32 = 8;
const TRIES: u32 = 4;
const DELAY: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_millis(300);
/// Longer than a try and a pause together.
const LIMIT: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

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
    let mut retries = Retries::new();
    let mut report = BTreeMap::new();
    while report.len() < ITEMS as usize {
        select! {
            recv(results) -> done => {
                let done = done?;
                let (item, tries) = done.id;
                match done.result? {
                    Err(error) if error.may_pass() && tries < TRIES => {
                        let pause = back_off(tries, FIRST_PAUSE, LONGEST_PAUSE);
                        retries.push(pause, (item, tries + 1));
                    }
                    answer => drop(report.insert(item, (tries, answer))),
                }
            }
            recv(retries.due()) -> _ => {
                if let Some((item, tries)) = retries.pop_due() {
                    ask(item, tries)?;
                }
            }
            default(LIMIT) => return Err("no result in time".into()),
        }
    }
    for (item, (tries, answer)) in report {
        match answer {
            Ok(cents) => println!("{item}: {cents} cents, tries: ~{tries}"),
            Err(error) => {
                println!("{item}: given up, {error}, tries: ~{tries}")
            }
        }
    }
    Ok(())
}
