//! A failed call gives its permit back twice: now four are let in, not three.
//@ exit: 101
//@ repair: limit_calls

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

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

/// Asks a service that is not there.
fn call_and_fail(calls: &Semaphore) {
    calls.acquire();
    // The path for errors gives the permit back, and so does the way out.
    calls.release();
    calls.release();
}

fn main() {
    let calls = Semaphore {
        free: Mutex::new(3),
        returned: Condvar::new(),
    };
    call_and_fail(&calls);

    let in_flight = AtomicU32::new(0);
    let all_inside = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                calls.acquire();
                in_flight.fetch_add(1, Relaxed);
                all_inside.wait();
                calls.release();
            });
        }
    });
    let in_flight = in_flight.into_inner();
    println!("at most 3 calls at once, but {in_flight} were");
    assert!(in_flight <= 3, "the limit does not hold");
}
