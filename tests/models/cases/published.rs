// What a reader finds in the slot is whole, and of two writers one is first.
//@ source: ch02-multithreading/src/published.rs
//@ loom: 3
//@ shuttle: 1000
//
// What the writer did before `set` is not seen by who sees the value.
//@ broken: relaxed_store
//@ replace: PUBLISHED, Release
//@ with: PUBLISHED, Relaxed
//@ replace: {Acquire, Relaxed, Release}
//@ with: {Acquire, Relaxed}
//@ loom says: Causality violation
//@ blind: shuttle
//
//@ broken: relaxed_load
//@ replace: self.state.load(Acquire)
//@ with: self.state.load(Relaxed)
//@ replace: {Acquire, Relaxed, Release}
//@ with: {Relaxed, Release}
//@ loom says: Causality violation
//@ blind: shuttle
//
// Both writers find the slot empty before one of them claims it.
//@ broken: claim_in_two_steps
//@ replace: .compare_exchange(EMPTY, CLAIMED, Relaxed, Relaxed);\n        if claim.is_err() {\n            return Err(value);\n        }
//@ with: .load(Relaxed);\n        if claim != EMPTY {\n            return Err(value);\n        }\n        self.state.store(CLAIMED, Relaxed);
//@ loom says: Causality violation
//@ shuttle says: two writers were first

use published::Published;
use std::sync::Arc;
use std::thread;

/// Two threads write, and the first one reads meanwhile.
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
    assert_eq!(
        firsts.filter(|first| *first).count(),
        1,
        "two writers were first"
    );
}
