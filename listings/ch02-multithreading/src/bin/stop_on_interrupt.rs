//! Ctrl-C: what runs is finished, what waits is given up, and all is counted.

use ch02_multithreading::interrupts::interrupts;
use ch02_multithreading::price_service::{PriceService, Reply, fetch};
use ch02_multithreading::worker_pool::{Unfinished, WorkerPool};
use crossbeam::channel::select;
use signal_hook::{consts::SIGINT, low_level};
use std::error::Error;
use std::time::Duration;

const WORKERS: usize = 2;
const ITEMS: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn Error>> {
    let ctrl_c = interrupts()?;
    let service = PriceService::start(Duration::ZERO, |item, _| {
        Reply::Price(100 * item)
    })?;
    let address = service.address();
    let mut pool = WorkerPool::new(WORKERS, ITEMS as usize)?;
    // No answer leaves, so that both workers are in mid-request at Ctrl-C.
    service.hold();
    for item in 1..=ITEMS {
        pool.submit(item, move || fetch(address, item, PATIENCE))?;
    }
    pool.close();
    assert!(service.wait_in_flight(WORKERS, PATIENCE));
    low_level::raise(SIGINT)?;

    let results = pool.results();
    let (mut priced, mut abandoned) = (0, 0);
    loop {
        select! {
            recv(ctrl_c) -> _ => {
                println!("interrupted");
                pool.stop();
                service.release();
            }
            recv(results) -> done => {
                let Ok(done) = done else { break };
                match done.result {
                    Ok(price) => { price?; priced += 1; }
                    Err(Unfinished::Abandoned) => abandoned += 1,
                    Err(broke_off) => return Err(broke_off.into()),
                }
            }
        }
    }
    println!("{priced} priced, {abandoned} abandoned, of {ITEMS}");
    Ok(())
}
