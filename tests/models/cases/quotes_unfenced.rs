// A quote that is read is one that was written, if there are fences around
// the words; one of them is not enough.
//@ source: ch05-synchronization/src/bin/read_quotes_unfenced.rs
//@ replace: 2..=5000
//@ with: 2..=3
//@ replace: 0..5000
//@ with: 0..1
//@ loom: 3
//@ shuttle: 1000
//@ loom says: half a quote
//
//@ sound: fenced
//@ replace: 2..=5000
//@ with: 2..=3
//@ replace: 0..5000
//@ with: 0..1
//@ replace: self.bid.store
//@ with: std::sync::atomic::fence(Release);\n        self.bid.store
//@ replace: let after
//@ with: std::sync::atomic::fence(Acquire);\n        let after
//
//@ broken: writer_alone
//@ replace: 2..=5000
//@ with: 2..=3
//@ replace: 0..5000
//@ with: 0..1
//@ replace: self.bid.store
//@ with: std::sync::atomic::fence(Release);\n        self.bid.store
//@ loom says: half a quote
//@ blind: shuttle
//
//@ broken: reader_alone
//@ replace: 2..=5000
//@ with: 2..=3
//@ replace: 0..5000
//@ with: 0..1
//@ replace: let after
//@ with: std::sync::atomic::fence(Acquire);\n        let after
//@ loom says: half a quote
//@ blind: shuttle
//
// The number is not looked at again.
//@ broken: no_second_look
//@ replace: 2..=5000
//@ with: 2..=3
//@ replace: 0..5000
//@ with: 0..1
//@ replace: && before == after
//@ with: && after == after
//@ loom says: half a quote
//@ shuttle says: half a quote

/// The program, with two writes and one read.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert_eq!(printed, "torn quotes: ~0\n", "half a quote");
}
