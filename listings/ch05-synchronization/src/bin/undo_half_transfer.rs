//! A thread panics in the middle of a transfer. The poisoned mutex says so to
//! the next who locks it, and that one undoes the half.

use std::sync::{Mutex, MutexGuard};
use std::thread;

struct Ledger {
    accounts: [u32; 2],
    /// What the accounts were before the transfer that is under way.
    before: Option<[u32; 2]>,
}

fn lock(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(|poisoned| {
        let mut found = poisoned.into_inner();
        if let Some(before) = found.before.take() {
            found.accounts = before;
            println!("half a transfer is undone");
        }
        ledger.clear_poison();
        found
    })
}

fn transfer(ledger: &Mutex<Ledger>, amount: u32, currency: &str) {
    let mut ledger = lock(ledger);
    ledger.before = Some(ledger.accounts);
    ledger.accounts[0] -= amount;
    ledger.accounts[1] += convert(amount, currency);
    ledger.before = None;
}

fn convert(amount: u32, currency: &str) -> u32 {
    match currency {
        "EUR" => amount,
        _ => panic!("no rate for {currency}"),
    }
}

fn main() {
    let ledger = Mutex::new(Ledger {
        accounts: [700, 300],
        before: None,
    });
    for (amount, currency) in [(100, "EUR"), (200, "XTS")] {
        let ledger = &ledger;
        let end = thread::scope(|scope| {
            scope
                .spawn(move || transfer(ledger, amount, currency))
                .join()
        });
        match end {
            Ok(()) => println!("{amount} {currency}: transferred"),
            Err(_) => println!("{amount} {currency}: not transferred"),
        }
    }
    let total: u32 = lock(&ledger).accounts.iter().sum();
    println!("in all accounts: {total}");
}
