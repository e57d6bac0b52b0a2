//! Two threads own one list: `Arc` counts the owners, `Mutex` admits one.

use std::sync::{Arc, Mutex};
use std::thread;

fn note(visitors: &Mutex<Vec<&'static str>>, address: &'static str) {
    let mut visitors = visitors.lock().unwrap();
    if !visitors.contains(&address) {
        visitors.push(address);
    }
}

fn main() {
    let visitors = Arc::new(Mutex::new(Vec::new()));
    let servers = ["192.0.2.7", "192.0.2.7"].map(|address| {
        let visitors = Arc::clone(&visitors);
        thread::spawn(move || note(&visitors, address))
    });
    for server in servers {
        server.join().unwrap();
    }
    println!("visitors: {}", visitors.lock().unwrap().join(", "));
}
