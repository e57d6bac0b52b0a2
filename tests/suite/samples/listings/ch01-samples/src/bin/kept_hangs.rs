//! A sample.
//@ hangs: 300ms
//@ repair: kept_plain

use std::thread::sleep;
use std::time::Duration;

fn main() {
    println!("naps");
    loop {
        sleep(Duration::from_millis(10));
    }
}
