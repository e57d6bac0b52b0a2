//! A method that holds the lock calls one that takes it.
//@ deadlock
//@ repair: lock_box_once

use std::sync::Mutex;

struct Warehouse {
    boxes: Mutex<u32>,
}

impl Warehouse {
    fn add(&self, count: u32) {
        *self.boxes.lock().unwrap() += count;
    }

    /// Takes in a delivery unless there would be more than 100 boxes.
    fn deliver(&self, count: u32) -> bool {
        let boxes = self.boxes.lock().unwrap();
        if *boxes + count > 100 {
            return false;
        }
        self.add(count);
        true
    }
}

fn main() {
    let warehouse = Warehouse {
        boxes: Mutex::new(0),
    };
    warehouse.add(10);
    for count in [200, 60] {
        let taken = warehouse.deliver(count);
        let answer = if taken { "taken in" } else { "sent back" };
        println!("{count} boxes: {answer}");
    }
}
