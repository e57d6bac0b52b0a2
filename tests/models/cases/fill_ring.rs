// Who sees the head sees the message, and who sees the tail may write again.
//@ source: ch04-ipc/src/bin/fill_ring.rs
//@ loom: 2
//@ replace: const MESSAGES: u64 = 1000;
//@ with: const MESSAGES: u64 = 2;
//@ replace: const SLOTS: usize = 8;
//@ with: const SLOTS: usize = 1;
//
//@ broken: relaxed
//@ instead: ch04-ipc/src/bin/fill_ring_relaxed.rs
//@ replace: const MESSAGES: u64 = 1000;
//@ with: const MESSAGES: u64 = 2;
//@ replace: const SLOTS: usize = 8;
//@ with: const SLOTS: usize = 1;
//@ loom says: Causality violation

/// The program, with two messages and one slot.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "whole and in order: 2\n");
}
