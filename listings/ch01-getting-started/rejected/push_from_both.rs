//! Two threads change one list, each through a reference of its own.
//@ error: E0499
//@ repair: note_visitors

use std::thread;

fn note(visitors: &mut Vec<&'static str>, address: &'static str) {
    if !visitors.contains(&address) {
        visitors.push(address);
    }
}

fn main() {
    let mut visitors = Vec::new();
    thread::scope(|s| {
        s.spawn(|| note(&mut visitors, "192.0.2.7"));
        s.spawn(|| note(&mut visitors, "192.0.2.7")); //~ E0499
    });
    println!("visitors: {}", visitors.join(", "));
}
