//! Processes that answer questions wait until the price is loaded, or until
//! the loader is dead.

use ch03_processes::fork::ForkedChild;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use ch05_synchronization::event::{Event, EventError};
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

shareable! {
    struct Prices {
        loaded: Event,
        price: AtomicU32,
    }
}

fn answer(prices: &Prices, loader: Peer) -> Result<u32, EventError> {
    let deadline = Instant::now() + Duration::from_secs(10);
    prices.loaded.wait_for(loader, Some(deadline))?;
    Ok(2 * prices.price.load(Relaxed))
}

fn main() -> Result<(), Box<dyn Error>> {
    let prices = Shared::<Prices>::new()?;
    let mut children = Vec::new();
    let loader = Peer::own()?;
    for _ in 0..2 {
        children.push(ForkedChild::start(|| {
            answer(&prices, loader).map_or(1, |answer| answer as i32)
        })?);
    }
    prices.price.store(21, Relaxed);
    prices.loaded.set();
    for mut child in children {
        println!("answered: {}", child.wait()?);
    }

    let prices = Shared::<Prices>::new()?;
    let dead = ForkedChild::start(|| 1)?;
    let loader = Peer::of(dead.pid() as u32)?;
    let error = answer(&prices, loader).expect_err("nobody sets it");
    println!("no answer: {error}");
    Ok(())
}
