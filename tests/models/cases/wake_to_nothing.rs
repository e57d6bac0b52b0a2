// Two consumers, woken for one crate, look for it again before they take it.
//@ source: ch02-multithreading/src/bin/wake_to_nothing.rs
//@ shuttle: 1000
//@ shuttle says: a consumer was woken and found nothing
//
//@ sound: loop
//@ replace: if bay.crates.is_empty() {
//@ with: while bay.crates.is_empty() {

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "2 crates came, 2 taken\n");
}
