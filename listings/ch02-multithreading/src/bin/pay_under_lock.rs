//! The lock is held for the whole sale, and the colleagues wait for the bank.
//@ loses: 10 (sales)
//@ repair: pay_without_lock

use std::sync::{Barrier, Mutex};
use std::thread;

const TICKETS: u32 = 10;

fn main() {
    let tickets = Mutex::new((1..=TICKETS).collect::<Vec<_>>());
    let paying = Barrier::new(2);
    let paid = Barrier::new(2);
    // Stands for the slow call to the bank.
    let pay = || {
        paying.wait();
        paid.wait();
    };
    let could_sell = thread::scope(|s| {
        s.spawn(|| {
            loop {
                let mut tickets = tickets.lock().unwrap();
                if tickets.pop().is_none() {
                    break;
                }
                pay();
            }
        });
        let mut could_sell = 0;
        for _ in 0..TICKETS {
            paying.wait();
            could_sell += u32::from(tickets.try_lock().is_ok());
            paid.wait();
        }
        could_sell
    });
    println!("payments during which a colleague could sell: {could_sell}");
}
