//! A sample: what is taken comes after all that is held, not only the last.
//@ inversion
//@ repair: kept_order_tried

use std::sync::Mutex;

fn main() {
    let [jobs, log, results] = [1, 2, 3].map(Mutex::new);
    {
        let _jobs = jobs.lock().unwrap();
        let _log = log.try_lock().unwrap();
        println!("{}", results.lock().unwrap());
    }
    let _results = results.lock().unwrap();
    println!("{}", jobs.lock().unwrap());
}
