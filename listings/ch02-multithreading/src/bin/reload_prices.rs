//! A reload of the price table lets the tills in and goes on reading with them.

use ch02_multithreading::prices::load;
use std::sync::{Barrier, RwLock, RwLockWriteGuard};
use std::thread;

/// Cups of tea and pieces of cake, a basket for each till.
const BASKETS: [(u32, u32); 3] = [(2, 1), (1, 3), (4, 0)];

fn main() {
    let table = RwLock::new(load(1));
    // Who is inside waits here, with its guard, until all are inside.
    let all_inside = Barrier::new(BASKETS.len() + 1);
    let till = &|(teas, cakes)| {
        let prices = table.read().unwrap();
        all_inside.wait();
        (prices.edition, teas * prices.tea + cakes * prices.cake)
    };

    thread::scope(|s| {
        let mut office = table.write().unwrap();
        let tills = BASKETS.map(|basket| s.spawn(move || till(basket)));
        *office = load(2);
        // Unlocking and reading anew would let another reload in between.
        let office = RwLockWriteGuard::downgrade(office);
        all_inside.wait();
        let (tea, cake) = (office.tea, office.cake);
        println!("office: edition {}, {tea} and {cake} cents", office.edition);
        drop(office);
        for till in tills {
            let (edition, cents) = till.join().unwrap();
            println!("till: edition {edition}, {cents} cents");
        }
    });
}
