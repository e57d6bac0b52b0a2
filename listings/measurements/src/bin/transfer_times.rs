//! Two tellers move money between two accounts, one each way. What do a lock
//! order and giving up cost, and how often is given up?

use measurements::{Comparison, Sample};
use parking_lot::{Mutex as TimedMutex, MutexGuard as TimedGuard};
use std::error::Error;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const TRANSFERS: u32 = 20_000;
const PATIENCE: Duration = Duration::from_millis(1);
const VALUES: &[&str] = &["wall_s", "given_up"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("transfer_times")
        .sample("lock order, std", by_number)
        .sample("lock order, parking_lot", by_number_timed)
        .sample("limit and pause", || give_up(with_limit, true))
        .sample("try_lock and pause", || give_up(at_once, true))
        .sample("try_lock, no pause", || give_up(at_once, false))
        .python("python, lock order", "order", VALUES)
        .python("python, limit and pause", "limit", VALUES)
        .run()
}

/// Runs `pay` for both tellers: it is told whether money goes back, and
/// answers how often it gave up.
fn measure(pay: impl Fn(bool) -> u32 + Sync) -> Result<Sample, Box<dyn Error>> {
    let start = Instant::now();
    let given_up: u32 = thread::scope(|s| {
        let tellers = [false, true].map(|back| {
            let pay = &pay;
            s.spawn(move || (0..TRANSFERS).map(|_| pay(back)).sum::<u32>())
        });
        tellers.map(|teller| teller.join().unwrap()).iter().sum()
    });
    let wall = start.elapsed().as_secs_f64();
    Ok(vec![("wall_s", wall), ("given_up", given_up.into())])
}

fn cents(back: bool) -> i64 {
    if back { -1 } else { 1 }
}

fn by_number() -> Result<Sample, Box<dyn Error>> {
    let accounts = [Mutex::new(0), Mutex::new(0)];
    measure(|back| {
        let mut first = accounts[0].lock().unwrap();
        let mut second = accounts[1].lock().unwrap();
        *first -= cents(back);
        *second += cents(back);
        0
    })
}

fn by_number_timed() -> Result<Sample, Box<dyn Error>> {
    let accounts = [TimedMutex::new(0), TimedMutex::new(0)];
    measure(|back| {
        let mut first = accounts[0].lock();
        let mut second = accounts[1].lock();
        *first -= cents(back);
        *second += cents(back);
        0
    })
}

type Second = for<'a> fn(&'a TimedMutex<i64>) -> Option<TimedGuard<'a, i64>>;

fn with_limit(account: &TimedMutex<i64>) -> Option<TimedGuard<'_, i64>> {
    account.try_lock_for(PATIENCE)
}

fn at_once(account: &TimedMutex<i64>) -> Option<TimedGuard<'_, i64>> {
    account.try_lock()
}

fn give_up(second: Second, pause: bool) -> Result<Sample, Box<dyn Error>> {
    let accounts = [TimedMutex::new(0), TimedMutex::new(0)];
    measure(|back| {
        let (from, to) = (usize::from(back), usize::from(!back));
        let mut given_up = 0;
        loop {
            let mut source = accounts[from].lock();
            if let Some(mut target) = second(&accounts[to]) {
                *source -= 1;
                *target += 1;
                return given_up;
            }
            drop(source);
            given_up += 1;
            if pause {
                thread::sleep(PATIENCE.mul_f64(fastrand::f64()));
            }
        }
    })
}
