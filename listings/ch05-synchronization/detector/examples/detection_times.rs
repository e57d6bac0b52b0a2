//! How long two threads lie in a deadlock until the program sees it, by how
//! often it looks; and what a lock costs that is watched. Run with `--release`.

use parking_lot::{Mutex, deadlock};
use std::env;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

/// By default. More or fewer can be given, as the argument.
const ROUNDS: usize = 20;
const LOCKS: u32 = 10_000_000;
/// Who has seen no deadlock by then has a detector without its feature, or one
/// of another version.
const LIMIT: Duration = Duration::from_secs(20);

/// Lets two threads wait for each other, looks for the first time after this
/// part of `look`, and then until it sees them.
fn detect(look: Duration, part: f64) -> Duration {
    let both = Arc::new(Barrier::new(3));
    let locks = [Arc::new(Mutex::new(())), Arc::new(Mutex::new(()))];
    for first in 0..2 {
        let both = Arc::clone(&both);
        let held = Arc::clone(&locks[first]);
        let wanted = Arc::clone(&locks[1 - first]);
        thread::spawn(move || {
            let _held = held.lock();
            both.wait();
            let _wanted = wanted.lock();
        });
    }
    both.wait();
    let start = Instant::now();
    thread::sleep(look.mul_f64(part));
    while deadlock::check_deadlock().is_empty() {
        assert!(start.elapsed() < LIMIT, "no deadlock is seen");
        thread::sleep(look);
    }
    start.elapsed()
}

fn main() {
    let rounds = env::args().nth(1).map_or(ROUNDS, |rounds| {
        let rounds = rounds.parse::<NonZeroUsize>();
        rounds.expect("a number of rounds, 1 or more").get()
    });
    for millis in [0, 1, 10, 100] {
        let look = Duration::from_millis(millis);
        // A deadlock may begin anywhere between two looks.
        let part = |round| round as f64 / rounds as f64;
        let mut times: Vec<_> =
            (0..rounds).map(|round| detect(look, part(round))).collect();
        times.sort();
        let (median, most) = (times[rounds / 2], times[rounds - 1]);
        println!("a look each {look:?}: {median:?}, at most {most:?}");
    }
    let lock = Mutex::new(0_u32);
    let start = Instant::now();
    for _ in 0..LOCKS {
        *black_box(&lock).lock() += 1;
    }
    let each = start.elapsed().as_secs_f64() * 1e9 / f64::from(LOCKS);
    println!("a lock that is watched: {each:.1} ns");
}
