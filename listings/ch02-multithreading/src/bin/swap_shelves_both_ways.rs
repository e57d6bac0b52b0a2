//! Two shelves are locked in both orders, as yet never at the same time.
//@ inversion
//@ repair: swap_shelves_by_number

use std::mem;
use std::sync::Mutex;
use std::thread;

type Shelf = Mutex<&'static str>;

fn swap(one: &Shelf, other: &Shelf) {
    let mut one = one.lock().unwrap();
    let mut other = other.lock().unwrap();
    mem::swap(&mut *one, &mut *other);
}

fn main() {
    let upper = Mutex::new("tea");
    let lower = Mutex::new("coffee");
    thread::scope(|s| {
        s.spawn(|| swap(&upper, &lower)).join().unwrap();
        println!("upper shelf: {}", upper.lock().unwrap());
        s.spawn(|| swap(&lower, &upper)).join().unwrap();
        println!("upper shelf: {}", upper.lock().unwrap());
    });
}
