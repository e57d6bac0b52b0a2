// In both orders, two shelves are safe only as long as nobody else swaps.
//@ source: ch02-multithreading/src/bin/swap_shelves_both_ways.rs
//@ shuttle: 500
//
//@ broken: at_once
//@ replace: s.spawn(|| swap(&upper, &lower)).join().unwrap();
//@ with: s.spawn(|| swap(&upper, &lower));
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(
        std::printed::take(),
        "upper shelf: coffee\nupper shelf: tea\n"
    );
}
