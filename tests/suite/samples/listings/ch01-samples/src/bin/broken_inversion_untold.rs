//! A sample: what is tried and got is held, and what is taken after it waits.
//@ twin: none (a sample)

use std::sync::{LazyLock, Mutex};

static SETTINGS: Mutex<u32> = Mutex::new(3);
static LIMIT: LazyLock<u32> = LazyLock::new(|| *SETTINGS.lock().unwrap());

fn main() {
    println!("limit {}", *LIMIT);
    let settings = SETTINGS.try_lock().unwrap();
    println!("settings {settings}, limit {}", *LIMIT);
}
