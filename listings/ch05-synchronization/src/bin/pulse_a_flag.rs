//! Set and cleared while the waiter is on its way: it sees a flag that is
//! clear, and sleeps on.
//@ deadlock
//@ repair: pulse_a_count

use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

/// The textbook's.
#[derive(Default)]
struct Event {
    flag: Mutex<Flag>,
    bell: Condvar,
}

#[derive(Default)]
struct Flag {
    set: bool,
    waiting: usize,
}

impl Event {
    fn wait(&self) {
        let mut flag = self.flag.lock().unwrap();
        flag.waiting += 1;
        while !flag.set {
            flag = self.bell.wait(flag).unwrap();
        }
        flag.waiting -= 1;
    }

    fn set(&self, flag: &mut MutexGuard<'_, Flag>) {
        flag.set = true;
        self.bell.notify_all();
    }

    fn clear(&self, flag: &mut MutexGuard<'_, Flag>) {
        flag.set = false;
    }
}

fn main() {
    let loaded = Event::default();
    thread::scope(|scope| {
        scope.spawn(|| loaded.wait());
        while loaded.flag.lock().unwrap().waiting == 0 {
            thread::yield_now();
        }
        // Two calls, and nobody gets the lock between them: as it may be
        // anyway, but here it is certain.
        let mut flag = loaded.flag.lock().unwrap();
        loaded.set(&mut flag);
        loaded.clear(&mut flag);
        drop(flag);
        println!("set, and cleared");
    });
    println!("the waiter has seen it");
}
