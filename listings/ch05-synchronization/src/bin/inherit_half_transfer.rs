//! A thread panics in the middle of a transfer. The mutex hands on what it
//! left, as if nothing had happened.
//@ loses: 1000 (in all accounts)
//@ repair: undo_half_transfer

use parking_lot::Mutex;
use std::thread;

fn transfer(accounts: &Mutex<[u32; 2]>, amount: u32, currency: &str) {
    let mut accounts = accounts.lock();
    accounts[0] -= amount;
    accounts[1] += convert(amount, currency);
}

fn convert(amount: u32, currency: &str) -> u32 {
    match currency {
        "EUR" => amount,
        _ => panic!("no rate for {currency}"),
    }
}

fn main() {
    let accounts = Mutex::new([700, 300]);
    for (amount, currency) in [(100, "EUR"), (200, "XTS")] {
        let accounts = &accounts;
        let end = thread::scope(|scope| {
            scope
                .spawn(move || transfer(accounts, amount, currency))
                .join()
        });
        match end {
            Ok(()) => println!("{amount} {currency}: transferred"),
            Err(_) => println!("{amount} {currency}: not transferred"),
        }
    }
    let total: u32 = accounts.lock().iter().sum();
    println!("in all accounts: {total}");
}
