//! Four clerks sell tickets. How long is the lock held, and how long does the
//! sale take, if the payment is made under the lock, and if it is not?

use measurements::{Comparison, Sample};
use std::error::Error;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const CLERKS: usize = 4;
const TICKETS: u32 = 40;
/// Stands for the call to the bank.
const PAYMENT: Duration = Duration::from_millis(1);
const VALUES: &[&str] = &["wall_s", "held_s"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("lock_held_times")
        .sample("payment under the lock", || sell(true))
        .sample("payment without", || sell(false))
        .python("python, under the lock", "under", VALUES)
        .python("python, without", "without", VALUES)
        .run()
}

fn sell(under_lock: bool) -> Result<Sample, Box<dyn Error>> {
    let tickets = Mutex::new(TICKETS);
    let clerk = || {
        let mut held = Duration::ZERO;
        loop {
            let mut tickets = tickets.lock().unwrap();
            let locked = Instant::now();
            if *tickets == 0 {
                return held;
            }
            *tickets -= 1;
            if under_lock {
                thread::sleep(PAYMENT);
            }
            held += locked.elapsed();
            drop(tickets);
            if !under_lock {
                thread::sleep(PAYMENT);
            }
        }
    };
    let start = Instant::now();
    let held: Duration = thread::scope(|s| {
        let clerks: Vec<_> = (0..CLERKS).map(|_| s.spawn(clerk)).collect();
        clerks.into_iter().map(|c| c.join().unwrap()).sum()
    });
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(*tickets.lock().unwrap(), 0);
    Ok(vec![("wall_s", wall), ("held_s", held.as_secs_f64())])
}
