//! A call panics while it holds a permit, and the permit comes back.

use ch02_multithreading::semaphore::Semaphore;
use std::thread;

fn main() {
    let calls = Semaphore::new(1);
    let ask = |answer: &str| -> u32 {
        let _permit = calls.acquire();
        answer.parse().expect("a price")
    };
    for answer in ["120", "sold out", "95"] {
        // In a thread of its own, whose panic `join` catches.
        let price = thread::scope(|scope| scope.spawn(|| ask(answer)).join());
        match price {
            Ok(price) => println!("{answer:?} -> {price}"),
            Err(_) => println!("{answer:?} -> no price"),
        }
    }
}
