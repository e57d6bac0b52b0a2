//! Whoever locks two shelves locks the one with the lower number first.

use std::mem;
use std::ptr;
use std::sync::Mutex;
use std::thread;

struct Shelf {
    /// Unique: it decides who is locked first.
    number: u32,
    goods: Mutex<&'static str>,
}

fn swap(one: &Shelf, other: &Shelf) {
    if ptr::eq(one, other) {
        return; // Else the second `lock` below would wait for the first.
    }
    let (first, second) = if one.number < other.number {
        (one, other)
    } else {
        (other, one)
    };
    let mut first = first.goods.lock().unwrap();
    let mut second = second.goods.lock().unwrap();
    mem::swap(&mut *first, &mut *second);
}

fn main() {
    let shelf = |number, goods| Shelf {
        number,
        goods: Mutex::new(goods),
    };
    let (upper, lower) = (shelf(1, "tea"), shelf(2, "coffee"));
    thread::scope(|s| {
        s.spawn(|| swap(&upper, &lower));
        s.spawn(|| swap(&lower, &upper));
        s.spawn(|| swap(&upper, &lower));
    });
    println!("upper shelf: {}", upper.goods.lock().unwrap());
}
