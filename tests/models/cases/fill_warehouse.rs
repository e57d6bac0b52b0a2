// Of two trucks one finds room, since look and add are under one lock.
//@ source: ch02-multithreading/src/bin/lock_box_once.rs
//@ shuttle: 1000
//
// Both look before one of them adds.
//@ broken: check_then_act
//@ replace: self.stock.lock().unwrap().deliver(count)
//@ with: let boxes = self.stock.lock().unwrap().boxes;\n        Stock { boxes }.deliver(count) && {\n            self.add(count);\n            true\n        }
//@ shuttle says: 2 of 2 trucks
//
//@ broken: lock_again_inside
//@ instead: ch02-multithreading/src/bin/relock_the_box.rs
//@ shuttle says: tried to acquire a Mutex it already holds

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "taken in: 1 of 2 trucks\n");
}
