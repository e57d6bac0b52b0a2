//! A call panics between `acquire` and `release`: its permit is gone.
//@ deadlock
//@ repair: panic_returns_permit

use std::sync::{Condvar, Mutex};
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

fn main() {
    let calls = Semaphore {
        free: Mutex::new(1),
        returned: Condvar::new(),
    };
    let ask = |answer: &str| -> u32 {
        calls.acquire();
        let price = answer.parse().expect("a price");
        calls.release();
        price
    };
    for answer in ["120", "sold out", "95"] {
        // In a thread of its own, whose panic `join` catches.
        let price = thread::scope(|scope| scope.spawn(|| ask(answer)).join());
        match price {
            Ok(price) => println!("{answer:?} -> {price}"),
            Err(_) => println!("{answer:?} -> no price"),
        }
    }
}
