// Producer and consumers may share a condition if each notifies all.
//@ source: ch02-multithreading/src/bin/share_one_condition.rs
//@ shuttle: 1000
//@ shuttle says: deadlock!
//
//@ sound: notify_all
//@ replace: CRATES: usize = 30
//@ with: CRATES: usize = 6
//@ replace: bay.crates.pop_front();\n    changed.notify_one();
//@ with: bay.crates.pop_front();\n    changed.notify_all();
//@ replace: bay.crates.push_back(item);\n            changed.notify_one();
//@ with: bay.crates.push_back(item);\n            changed.notify_all();

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with(" crates unloaded\n"), "not all crates");
}
