//! A reload swaps in a new table; who reads the old one keeps it.

use ch02_multithreading::prices::{Prices, load};
use std::mem;
use std::sync::{Arc, Mutex};
use std::thread;

struct PriceTable(Mutex<Arc<Prices>>);

impl PriceTable {
    fn current(&self) -> Arc<Prices> {
        Arc::clone(&self.0.lock().unwrap())
    }

    fn reload(&self, edition: u32) {
        let new = Arc::new(load(edition));
        let old = mem::replace(&mut *self.0.lock().unwrap(), new);
        // If nobody reads it any more, it is freed here, after the unlocking.
        drop(old);
    }
}

fn main() {
    let table = PriceTable(Mutex::new(Arc::new(load(1))));
    thread::scope(|s| {
        let prices = table.current();
        println!("till: reads edition {}", prices.edition);
        s.spawn(|| table.reload(2)).join().unwrap();
        println!("reloaded: edition {}", table.current().edition);
        let total = prices.cake + prices.tea;
        println!("till: {total} cents, of edition {}", prices.edition);
    });
}
