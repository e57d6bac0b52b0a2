//! A sample: two orders, of which one waits for nobody.
//@ twin: none (a sample)

use std::sync::{Mutex, RwLock};

fn main() {
    let (jobs, results) = (Mutex::new(1), RwLock::new(2));
    {
        let jobs = jobs.lock().unwrap();
        println!("{}", *jobs + *results.read().unwrap());
    }
    let results = results.write().unwrap();
    let jobs = jobs.try_lock().unwrap();
    println!("{}", *jobs + *results);
}
