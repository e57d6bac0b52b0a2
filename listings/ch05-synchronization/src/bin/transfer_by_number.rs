//! Money goes to and fro between three accounts. Whoever needs two of them
//! locks the one with the lower number first.

use std::sync::{Mutex, MutexGuard};
use std::thread;

struct Account {
    /// Unique: it decides which of two is locked first.
    number: u32,
    cents: Mutex<i64>,
}

type Cents<'a> = MutexGuard<'a, i64>;

/// Locks both, and returns the guards as the accounts were given.
fn lock_both<'a>(
    one: &'a Account,
    other: &'a Account,
) -> (Cents<'a>, Cents<'a>) {
    assert_ne!(one.number, other.number, "an account has one lock");
    if one.number < other.number {
        let lower = one.cents.lock().unwrap();
        (lower, other.cents.lock().unwrap())
    } else {
        let lower = other.cents.lock().unwrap();
        (one.cents.lock().unwrap(), lower)
    }
}

fn transfer(from: &Account, to: &Account, cents: i64) {
    let (mut from, mut to) = lock_both(from, to);
    *from -= cents;
    *to += cents;
}

fn main() {
    let [rent, savings, wages] = [1, 2, 3].map(|number| Account {
        number,
        cents: Mutex::new(100_000),
    });
    let orders = [
        (&rent, &savings, 300),
        (&savings, &rent, 100),
        (&savings, &wages, 100),
        (&wages, &rent, 200),
    ];
    thread::scope(|s| {
        for (from, to, cents) in orders {
            s.spawn(move || {
                for _ in 0..100 {
                    transfer(from, to, cents);
                }
            });
        }
    });
    let [rent, savings, wages] =
        [rent, savings, wages].map(|a| a.cents.into_inner().unwrap());
    println!("rent {rent}, savings {savings}, wages {wages}");
    println!("in all {}", rent + savings + wages);
}
