//! The lock is taken at the door; what is inside works on `&mut`.

use std::sync::Mutex;
use std::thread;

struct Stock {
    boxes: u32,
}

impl Stock {
    fn add(&mut self, count: u32) {
        self.boxes += count;
    }

    fn deliver(&mut self, count: u32) -> bool {
        if self.boxes + count > 100 {
            return false;
        }
        self.add(count);
        true
    }
}

struct Warehouse {
    stock: Mutex<Stock>,
}

impl Warehouse {
    fn add(&self, count: u32) {
        self.stock.lock().unwrap().add(count);
    }

    /// Takes in a delivery unless there would be more than 100 boxes.
    fn deliver(&self, count: u32) -> bool {
        self.stock.lock().unwrap().deliver(count)
    }
}

fn main() {
    let warehouse = Warehouse {
        stock: Mutex::new(Stock { boxes: 0 }),
    };
    warehouse.add(10);
    let warehouse = &warehouse;
    let taken = thread::scope(|s| {
        let trucks = [60, 60].map(|n| s.spawn(move || warehouse.deliver(n)));
        trucks.map(|truck| u32::from(truck.join().unwrap()))
    });
    println!("taken in: {} of 2 trucks", taken.iter().sum::<u32>());
}
