// No hit is lost if it is one step; in two steps some interleaving loses one.
//@ source: ch02-multithreading/src/bin/count_site_hits.rs
//@ replace: 0..1000
//@ with: 0..2
//@ replace: 0..4
//@ with: 0..2
//@ loom: 2
//@ shuttle: 1000
//
// The listing forces the loss with a barrier; here nothing does.
//@ broken: load_and_store
//@ instead: ch02-multithreading/src/bin/load_store_hits.rs
//@ replace: 0..100
//@ with: 0..2
//@ remove: use std::sync::Barrier;\n
//@ remove: let both_have_loaded = Barrier::new(2);
//@ remove: both_have_loaded.wait();
//@ loom says: a hit was lost
//@ shuttle says: a hit was lost

/// Two threads, two hits each.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with(" requests, hits: 4\n"), "a hit was lost");
}
