// Locked in one order, two shelves cannot wait for each other.
//@ source: ch02-multithreading/src/bin/swap_shelves_by_number.rs
//@ shuttle: 1000
//
//@ broken: as_they_come
//@ replace: if one.number < other.number {
//@ with: if one.number > 0 {
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "upper shelf: coffee\n");
}
