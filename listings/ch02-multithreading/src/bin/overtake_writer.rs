//! A lock that may be read twice lets all readers pass the writer that waits.
//@ twin: none (Python has no reader-writer lock)

use parking_lot::RecursiveRwLock;
use std::thread;

struct Prices {
    edition: u32,
    tea: u32,
    cake: u32,
}

fn load(edition: u32) -> Prices {
    Prices {
        edition,
        tea: 200 + 10 * edition,
        cake: 300 + 20 * edition,
    }
}

fn tea(table: &RecursiveRwLock<Prices>) -> u32 {
    table.read().tea
}

fn main() {
    let table = RecursiveRwLock::new(load(1));
    thread::scope(|s| {
        let mut prices = table.read();
        println!("till: reads edition {}", prices.edition);
        s.spawn(|| *table.write() = load(2));
        // An upgradable read, unlike a plain one, never passes a writer.
        let lookout = s.spawn(|| {
            while table.try_upgradable_read().is_some() {
                thread::yield_now();
            }
        });
        lookout.join().unwrap();
        println!("till: a reload waits; reads again");
        let total = prices.cake + tea(&table);
        println!("till: {total} cents");

        for _ in 0..1000 {
            // The next reader is in before the last one leaves.
            prices = table.read();
        }
        println!("1000 more reads: still edition {}", prices.edition);
    });
    println!("reloaded: edition {}", table.read().edition);
}
