// Whoever fails sits out some rounds, and so all eat, whoever runs when. Without
// the pause nobody ever does: no deadlock, and no end.
//@ source: ch05-synchronization/src/bin/dine_after_pause.rs
//@ shuttle: 200
//
//@ broken: no_pause
//@ replace: pause = luck.u32(0..1 << failures.min(4));
//@ with: pause = luck.u32(0..1) * failures;
//@ shuttle says: exceeded max_steps bound

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.starts_with("5 meals in "), "somebody has not eaten");
}
