//! Two clerks sell the last seat. Each looks and takes under one lock, so that
//! nobody can look in between.

use std::sync::Mutex;
use std::thread;

/// Sells the seat to `customer`, unless somebody has a ticket for it.
fn sell(tickets: &Mutex<Vec<&'static str>>, customer: &'static str) {
    let mut tickets = tickets.lock().unwrap();
    if tickets.is_empty() {
        tickets.push(customer);
    }
}

fn main() {
    let tickets = Mutex::new(Vec::new());
    thread::scope(|s| {
        s.spawn(|| sell(&tickets, "Ada"));
        s.spawn(|| sell(&tickets, "Ben"));
    });
    let sold = tickets.lock().unwrap().len();
    println!("tickets for one seat: {sold}");
}
