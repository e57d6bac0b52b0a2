//! Two trucks unload crates into a bay with room for three; two clerks take
//! them away, until the bay is closed and empty.

use ch02_multithreading::loading_bay::LoadingBay;
use std::thread;

const CRATES: u32 = 50;

fn main() {
    let bay = LoadingBay::new(3);
    let [ann, ben] = thread::scope(|scope| {
        let clerks = [(); 2].map(|()| {
            scope.spawn(|| {
                let (mut crates, mut kilograms) = (0, 0);
                while let Some(weight) = bay.take() {
                    crates += 1;
                    kilograms += weight;
                }
                (crates, kilograms)
            })
        });
        let trucks = [(); 2].map(|()| {
            scope.spawn(|| {
                for weight in 1..=CRATES {
                    bay.put(weight).expect("closed after the last truck");
                }
            })
        });
        // A truck that closed the bay would turn the other one away.
        for truck in trucks {
            truck.join().unwrap();
        }
        bay.close();
        clerks.map(|clerk| clerk.join().unwrap())
    });

    println!("taken away: {} crates, {} kg", ann.0 + ben.0, ann.1 + ben.1);
}
