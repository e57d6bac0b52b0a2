//! Two producers unload crates into a bay with room for three; two consumers
//! take them away, until the bay is closed and empty.

use ch02_multithreading::loading_bay::LoadingBay;
use std::iter;
use std::thread;

const CRATES: u32 = 50;

fn main() {
    let bay = LoadingBay::new(3);
    let weights = thread::scope(|scope| {
        let consumers = [(); 2].map(|()| {
            scope.spawn(|| iter::from_fn(|| bay.take()).collect::<Vec<u32>>())
        });
        let producers = [(); 2].map(|()| {
            scope.spawn(|| {
                for weight in 1..=CRATES {
                    bay.put(weight).expect("closed after the last producer");
                }
            })
        });
        // A producer that closed the bay would turn the other one away.
        for producer in producers {
            producer.join().unwrap();
        }
        bay.close();
        consumers.map(|consumer| consumer.join().unwrap()).concat()
    });

    let kilograms: u32 = weights.iter().sum();
    println!("taken away: {} crates, {kilograms} kg", weights.len());
}
