// Five philosophers who take the lower fork first all eat.
//@ source: ch05-synchronization/src/bin/dine_in_order.rs
//@ shuttle: 50
//
//@ broken: left_first
//@ replace: if left < right {
//@ with: if left < SEATS {
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with("500 meals\n"), "somebody has not eaten");
}
