//! A bid and an ask that belong together: read while they change, without a
//! lock, and never one without the other.

use ch03_processes::seqlock::SeqLock;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

/// How far the ask is above the bid.
const SPREAD: u64 = 2;

fn quote(words: &SeqLock<2>, bid: u64) {
    let written = words.try_write(|words| {
        words[0].store(bid, Relaxed);
        words[1].store(bid + SPREAD, Relaxed);
    });
    assert!(written, "there is one writer");
}

fn main() {
    let words = SeqLock::new();
    quote(&words, 1);
    let (whole, torn) = thread::scope(|s| {
        s.spawn(|| (2..=5000).for_each(|bid| quote(&words, bid)));
        let reader = s.spawn(|| {
            // None: the writer was in the middle of it.
            let quotes = (0..5000).filter_map(|_| words.try_read());
            let whole = |&[bid, ask]: &[u64; 2]| ask == bid + SPREAD;
            let (whole, torn): (Vec<_>, Vec<_>) = quotes.partition(whole);
            (whole.len(), torn.len())
        });
        reader.join().unwrap()
    });
    println!("of ~{} quotes torn: {torn}", whole + torn);
}
