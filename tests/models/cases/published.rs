// What a reader finds in the slot is whole, and of two writers one is first.
//@ source: ch02-multithreading/src/published.rs
//@ loom: 3
//@ shuttle: 1000
//
//@ broken: relaxed_store
//@ replace: PUBLISHED, Release
//@ with: PUBLISHED, Relaxed
//@ replace: {Acquire, Relaxed, Release}
//@ with: {Acquire, Relaxed}
//@ loom says: Causality violation
//@ blind: shuttle

use published::Published;
use std::sync::Arc;
use std::thread;

/// Two writers, one of whom also reads, as nobody else writes then.
pub fn model() {
    let slot = Arc::new(Published::new());
    let writers: Vec<_> = (1..=2_u64)
        .map(|id| {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.set([id, id]).is_ok())
        })
        .collect();
    if let Some(value) = slot.get() {
        assert_eq!(value[0], value[1]);
    }
    let firsts = writers.into_iter().map(|w| w.join().unwrap());
    assert_eq!(firsts.filter(|first| *first).count(), 1);
}
