//! Lets go of a lock for which another thread sleeps, and tries at once to
//! have it back: a hundred times, with each of five.

use ch04_ipc::asleep::until_asleep_in;
use ch05_synchronization::priority_mutex::PriorityMutex;
use parking_lot::{FairMutex, MutexGuard};
use rustix::thread::gettid;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, mpsc};
use std::thread::{self, Scope};

const ROUNDS: usize = 100;

/// Starts a thread that takes a lock, and waits until it sleeps for it.
fn let_one_sleep<'scope>(
    s: &'scope Scope<'scope, '_>,
    take: impl FnOnce() + Send + 'scope,
) {
    let (tell, told) = mpsc::channel();
    s.spawn(move || {
        tell.send(gettid().as_raw_nonzero().get()).unwrap();
        take();
    });
    let sleeper = told.recv().unwrap();
    until_asleep_in(libc::SYS_futex, sleeper).unwrap();
}

/// These locks have no trait in common, only the names of their methods.
macro_rules! count_passes {
    ($lock:expr, $let_go:path) => {{
        let lock = $lock;
        let round = || {
            let served = AtomicBool::new(false);
            thread::scope(|s| {
                let held = lock.lock();
                let_one_sleep(s, || {
                    let _held = lock.lock();
                    served.store(true, Relaxed);
                });
                $let_go(held);
                // The lock may be free since the other has had its turn.
                let again = lock.try_lock();
                again
                    .into_iter()
                    .next()
                    .is_some_and(|_held| !served.load(Relaxed))
            })
        };
        (0..ROUNDS).filter(|_| round()).count()
    }};
}

fn main() {
    let passed = count_passes!(Mutex::new(()), drop);
    println!("std's Mutex: overtook ~{passed} times of {ROUNDS}");
    let passed = count_passes!(parking_lot::Mutex::new(()), drop);
    println!("parking_lot's Mutex: overtook ~{passed} times of {ROUNDS}");

    let mutex = parking_lot::Mutex::new(());
    let passed = count_passes!(mutex, MutexGuard::unlock_fair);
    println!("the same, unlock_fair: overtook {passed} times of {ROUNDS}");
    let passed = count_passes!(FairMutex::new(()), drop);
    println!("FairMutex: overtook {passed} times of {ROUNDS}");
    let passed = count_passes!(PriorityMutex::new(()), drop);
    println!("PriorityMutex: overtook {passed} times of {ROUNDS}");
}
