// An event of a lock and a condition variable loses who has not looked when it
// is cleared; never cleared, it loses nobody.
//@ source: ch05-synchronization/src/bin/pulse_a_flag.rs
//@ shuttle: 1000
//@ shuttle says: deadlock!
//
//@ sound: set_for_good
//@ replace: loaded.clear(&mut flag);
//@ with: assert!(flag.set);
//
// It is set between the look and the sleep.
//@ broken: flag_tested_outside_the_lock
//@ replace: loaded.clear(&mut flag);
//@ with: assert!(flag.set);
//@ replace: let mut flag = self.flag.lock().unwrap();\n        flag.waiting += 1;\n        while !flag.set {
//@ with: let mut flag = self.flag.lock().unwrap();\n        flag.waiting += 1;\n        let set = flag.set;\n        drop(flag);\n        flag = self.flag.lock().unwrap();\n        if !set {
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with("the waiter has seen it\n"));
}
