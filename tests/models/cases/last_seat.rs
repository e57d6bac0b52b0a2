// One seat and two clerks: one ticket.
//@ source: ch05-synchronization/src/bin/sell_seat_once.rs
//@ loom: 2
//@ shuttle: 1000
//
// Both look before one of them takes the seat.
//@ broken: two_locks
//@ instead: ch05-synchronization/src/bin/sell_last_seat.rs
//@ loom says: the seat is sold twice
//@ shuttle says: the seat is sold twice

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with("1\n"), "the seat is sold twice");
}
