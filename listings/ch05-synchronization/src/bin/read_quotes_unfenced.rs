//! A seqlock whose number is loaded and stored in order, and whose words are
//! not: half a quote can pass for a whole one. No CPU of the x86-64 kind shows
//! it; loom does.
//@ twin: none (Python has no memory orders to choose from)

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

struct Quote {
    /// Odd while the words change.
    number: AtomicU64,
    bid: AtomicU64,
    ask: AtomicU64,
}

impl Quote {
    fn write(&self, bid: u64) {
        let before = self.number.load(Relaxed);
        // Release holds back what comes before it, and not the words below.
        self.number.store(before + 1, Release);
        self.bid.store(bid, Relaxed);
        self.ask.store(bid + 2, Relaxed);
        self.number.store(before + 2, Release);
    }

    fn try_read(&self) -> Option<(u64, u64)> {
        let before = self.number.load(Acquire);
        let (bid, ask) = (self.bid.load(Relaxed), self.ask.load(Relaxed));
        // Acquire holds back what comes after it, and not the words above.
        let after = self.number.load(Acquire);
        (before.is_multiple_of(2) && before == after).then_some((bid, ask))
    }
}

fn main() {
    let number = AtomicU64::new(0);
    let (bid, ask) = (AtomicU64::new(1), AtomicU64::new(3));
    let quote = Quote { number, bid, ask };
    let torn = thread::scope(|s| {
        s.spawn(|| (2..=5000).for_each(|bid| quote.write(bid)));
        let reader = s.spawn(|| {
            let quotes = (0..5000).filter_map(|_| quote.try_read());
            quotes.filter(|(bid, ask)| *ask != bid + 2).count()
        });
        reader.join().unwrap()
    });
    println!("torn quotes: ~{torn}");
}
