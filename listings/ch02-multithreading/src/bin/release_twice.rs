//! A failed call gives its permit back twice: now four are let in, not three.
//@ exit: 101
//@ repair: limit_calls

use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

/// The chapter's semaphore without a `Permit`: `release` is by hand.
struct Semaphore {
    free: Mutex<u32>,
    returned: Condvar,
}

impl Semaphore {
    fn acquire(&self) {
        let mut free = self.free.lock().unwrap();
        while *free == 0 {
            free = self.returned.wait(free).unwrap();
        }
        *free -= 1;
    }

    fn release(&self) {
        *self.free.lock().unwrap() += 1;
        self.returned.notify_one();
    }
}

fn ask(
    calls: &Semaphore,
    call: impl FnOnce() -> io::Result<u32>,
) -> Option<u32> {
    calls.acquire();
    let price = match call() {
        Ok(price) => Some(price),
        Err(_) => {
            calls.release();
            None
        }
    };
    // Meant for the call that went well, and run for the other one too.
    calls.release();
    price
}

fn main() {
    let calls = Semaphore {
        free: Mutex::new(3),
        returned: Condvar::new(),
    };
    ask(&calls, || Err(io::ErrorKind::ConnectionRefused.into()));

    let in_flight = AtomicU32::new(0);
    let four_inside = Barrier::new(4);
    let call = || {
        in_flight.fetch_add(1, Relaxed);
        four_inside.wait();
        Ok(120)
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ask(&calls, call));
        }
    });
    let in_flight = in_flight.into_inner();
    println!("at most 3 calls at once, but {in_flight} were");
    assert!(in_flight <= 3, "the limit does not hold");
}
