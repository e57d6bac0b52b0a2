//! The lock stands beside the counter, where the compiler cannot connect them.
//@ error: E0133
//@ repair: lock_site_hits

use std::sync::Mutex;
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static mut HITS: u32 = 0;

fn serve() {
    for _ in 0..1000 {
        let _guard = LOCK.lock().unwrap();
        HITS += 1; //~ E0133
    }
}

fn main() {
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(serve);
        }
    });
    let hits = HITS; //~ E0133
    println!("4000 requests, hits: {hits}");
}
