//! A sample: readers in both orders, which a writer of each can lock up.
//@ inversion
//@ repair: kept_order_tried

use std::sync::RwLock;

fn main() {
    let locks = [RwLock::new(1), RwLock::new(2)];
    let sum = |first: usize, second: usize| {
        let first = locks[first].read().unwrap();
        *first + *locks[second].read().unwrap()
    };
    println!("{} {}", sum(0, 1), sum(1, 0));
}
