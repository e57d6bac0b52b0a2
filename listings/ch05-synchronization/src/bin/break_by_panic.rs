//! A strip that cannot be computed: its thread panics, which breaks the
//! barrier, and the others are told.

use ch05_synchronization::barrier::{Barrier, BarrierError};
use std::thread;

fn main() {
    let barrier = Barrier::<3>::new();
    // Here, and not in the threads: all are members before one ends.
    let members = [0, 1, 2].map(|n| barrier.join(n).expect("it is new"));
    let lines = ["#?.", "...", "..#"];
    thread::scope(|scope| {
        let mut strips = Vec::new();
        for (mut member, line) in members.into_iter().zip(lines) {
            strips.push(scope.spawn(move || {
                let alive = count_alive(line);
                member.wait()?;
                Ok::<_, BarrierError>(alive)
            }));
        }
        for (number, strip) in strips.into_iter().enumerate() {
            match strip.join() {
                Ok(Ok(alive)) => println!("strip {number}: {alive} alive"),
                Ok(Err(error)) => println!("strip {number}: {error}"),
                Err(_) => println!("strip {number}: not computed"),
            }
        }
    });
}

fn count_alive(line: &str) -> usize {
    let alive = |cell| match cell {
        '#' => true,
        '.' => false,
        _ => panic!("no cell: {cell}"),
    };
    line.chars().filter(|cell| alive(*cell)).count()
}
