// Locked in one order, accounts that pay in a circle do not wait in a circle.
//@ source: ch05-synchronization/src/bin/transfer_by_number.rs
//@ shuttle: 100
//
//@ broken: as_they_come
//@ replace: if one.number < other.number {
//@ with: if one.number > 0 {
//@ shuttle says: deadlock!
//
//@ broken: both_ways
//@ instead: ch05-synchronization/src/bin/transfer_both_ways.rs
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with("in all 300000\n"), "money is lost");
}
