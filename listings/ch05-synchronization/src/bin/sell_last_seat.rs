//! Two clerks sell the last seat. Each looks whether it is free, and then
//! takes it; nearly always one of them is done before the other looks.

use std::sync::Mutex;
use std::thread;

/// Sells the seat to `customer`, unless somebody has a ticket for it.
fn sell(tickets: &Mutex<Vec<&'static str>>, customer: &'static str) {
    if tickets.lock().unwrap().is_empty() {
        // Nobody holds the lock here, and the answer grows old.
        tickets.lock().unwrap().push(customer);
    }
}

fn main() {
    let tickets = Mutex::new(Vec::new());
    thread::scope(|s| {
        s.spawn(|| sell(&tickets, "Ada"));
        s.spawn(|| sell(&tickets, "Ben"));
    });
    let sold = tickets.lock().unwrap().len();
    println!("tickets for one seat: ~{sold}");
}
