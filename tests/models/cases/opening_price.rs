// Who sees the flag sees the price, if the orders say so.
//@ source: ch05-synchronization/src/bin/flag_opening_price.rs
//@ loom: 2
//@ shuttle: 1000
//
//@ broken: relaxed
//@ instead: ch05-synchronization/src/bin/flag_price_relaxed.rs
//@ loom says: the price of before
//@ blind: shuttle
//
//@ broken: relaxed_store
//@ replace: store(true, Release)
//@ with: store(true, Relaxed)
//@ replace: {Acquire, Relaxed, Release}
//@ with: {Acquire, Relaxed}
//@ loom says: the price of before
//@ blind: shuttle
//
//@ broken: relaxed_load
//@ replace: open.load(Acquire)
//@ with: open.load(Relaxed)
//@ replace: {Acquire, Relaxed, Release}
//@ with: {Relaxed, Release}
//@ loom says: the price of before
//@ blind: shuttle
//
// The flag is up before the price is there.
//@ broken: flag_first
//@ replace: price.store(1250, Relaxed);\n            // Release: who sees the flag sees the price.\n            open.store(true, Release);
//@ with: open.store(true, Release);\n            price.store(1250, Relaxed);
//@ loom says: the price of before
//@ shuttle says: the price of before

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with("1250\n"), "the price of before");
}
