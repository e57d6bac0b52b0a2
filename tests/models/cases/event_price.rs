// Who goes on because an event is set sees what was done before, whoever clears
// it meanwhile.
//@ source: ch05-synchronization/src/event.rs
//@ loom: 3
//@ shuttle: 2000
//
// Who sees the flag does not see what it stands for.
//@ broken: relaxed_set
//@ replace: self.word.compare_exchange(word, new, AcqRel, Relaxed)
//@ with: self.word.compare_exchange(word, new, Relaxed, Relaxed)
//@ loom says: Causality violation
//@ blind: shuttle
//
//@ broken: relaxed_look
//@ replace: let word = self.word.load(Acquire);\n        if happened(word) {
//@ with: let word = self.word.load(Relaxed);\n        if happened(word) {
//@ loom says: Causality violation
//@ blind: shuttle
//
//@ broken: relaxed_sleep
//@ replace: let word = self.word.load(Acquire);\n            if happened(word) {\n                return Ok(word);\n            }\n            let late
//@ with: let word = self.word.load(Relaxed);\n            if happened(word) {\n                return Ok(word);\n            }\n            let late
//@ loom says: Causality violation
//@ blind: shuttle
//
// Who looks once more before it sleeps.
//@ sound: looks_again
//@ replace: for _ in 0..looks {
//@ with: for _ in 0..looks + 1 {
//
//@ broken: relaxed_looks_again
//@ replace: for _ in 0..looks {\n            let word = self.word.load(Acquire);
//@ with: for _ in 0..looks + 1 {\n            let word = self.word.load(Relaxed);
//@ loom says: Causality violation
//@ blind: shuttle
//
// A store in place of the exchange overwrites what another one has set.
//@ broken: clears_by_a_store
//@ replace: self.word.fetch_and(!SET, AcqRel);
//@ with: {\n            let word = self.word.load(Acquire);\n            self.word.store(word & !SET, Relaxed);\n        }
//@ loom says: deadlock
//@ shuttle says: deadlock!

use event::Event;
use std::alone::{peer, spin};
use std::cell::UnsafeCell;
use std::futex;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Longer than an execution takes.
pub const LOOK: Duration = Duration::from_secs(3600);

struct Price(UnsafeCell<u32>);

// SAFETY: that nobody reads it while it is written is what the model is about.
unsafe impl Sync for Price {}

/// What stood before `set` is seen after `wait`, whoever else has set it.
pub fn model() {
    let shared = Arc::new((Event::new(), Price(UnsafeCell::new(0))));
    let setter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let (event, price) = &*shared;
            // SAFETY: as above.
            unsafe { *price.0.get() = 7 };
            event.set();
        }
    });
    let (event, price) = &*shared;
    event.clear();
    event.wait_past(0, None, None).unwrap();
    // SAFETY: as above.
    assert_eq!(unsafe { *price.0.get() }, 7);
    setter.join().unwrap();
}
