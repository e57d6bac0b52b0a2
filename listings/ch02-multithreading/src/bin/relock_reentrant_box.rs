//! A lock that its owner may take again, around a value in a `Cell`.

use parking_lot::ReentrantMutex;
use std::cell::Cell;
use std::thread;

struct Warehouse {
    boxes: ReentrantMutex<Cell<u32>>,
}

impl Warehouse {
    fn add(&self, count: u32) {
        let boxes = self.boxes.lock();
        boxes.set(boxes.get() + count);
    }

    /// Takes in a delivery unless there would be more than 100 boxes.
    fn deliver(&self, count: u32) -> bool {
        let boxes = self.boxes.lock();
        if boxes.get() + count > 100 {
            return false;
        }
        self.add(count);
        true
    }
}

fn main() {
    let warehouse = Warehouse {
        boxes: ReentrantMutex::new(Cell::new(0)),
    };
    warehouse.add(10);
    let warehouse = &warehouse;
    let taken = thread::scope(|s| {
        let trucks = [60, 60].map(|n| s.spawn(move || warehouse.deliver(n)));
        trucks.map(|truck| u32::from(truck.join().unwrap()))
    });
    println!("taken in: {} of 2 trucks", taken.iter().sum::<u32>());
}
