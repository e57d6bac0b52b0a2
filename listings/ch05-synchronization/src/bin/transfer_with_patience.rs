//! Whoever does not get the second account in time gives the first one back,
//! and tries again a little later.

use parking_lot::Mutex;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(5);

/// Returns how often it gave up.
fn transfer(
    from: &Mutex<i64>,
    to: &Mutex<i64>,
    cents: i64,
    both: &Barrier,
) -> u32 {
    let mut given_up = 0;
    loop {
        let mut source = from.lock();
        if given_up == 0 {
            // Each holds one account: the deadlock, were it not for a limit.
            both.wait();
        }
        if let Some(mut target) = to.try_lock_for(PATIENCE) {
            *source -= cents;
            *target += cents;
            return given_up;
        }
        drop(source);
        given_up += 1;
        // At random: two that pause alike would meet again.
        thread::sleep(PATIENCE.mul_f64(fastrand::f64()));
    }
}

fn main() {
    let rent = Mutex::new(100_000);
    let savings = Mutex::new(100_000);
    let both = Barrier::new(2);
    let given_up: u32 = thread::scope(|s| {
        let there = s.spawn(|| transfer(&rent, &savings, 300, &both));
        let back = s.spawn(|| transfer(&savings, &rent, 100, &both));
        there.join().unwrap() + back.join().unwrap()
    });
    println!("rent {}, savings {}", rent.lock(), savings.lock());
    println!("given up: ~{given_up}, at least once: {}", given_up > 0);
}
