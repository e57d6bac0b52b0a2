//! The interleaving that a checker found, forced: both clerks have looked
//! before one of them takes the seat.
//@ exit: 1
//@ repair: sell_seat_once

use std::process::ExitCode;
use std::sync::{Barrier, Mutex};
use std::thread;

fn main() -> ExitCode {
    let tickets = Mutex::new(Vec::new());
    let both_have_looked = Barrier::new(2);
    let sell = |customer| {
        let free = tickets.lock().unwrap().is_empty();
        both_have_looked.wait();
        if free {
            tickets.lock().unwrap().push(customer);
        }
    };
    thread::scope(|s| {
        s.spawn(|| sell("Ada"));
        s.spawn(|| sell("Ben"));
    });
    let sold = tickets.lock().unwrap().len();
    println!("tickets for one seat: {sold}");
    match sold {
        1 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
