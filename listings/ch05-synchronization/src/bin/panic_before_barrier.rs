//! A strip that cannot be computed: its thread panics, and the others wait at
//! the barrier for ever.
//@ deadlock
//@ repair: break_by_panic

use std::sync::Barrier;
use std::thread;

fn main() {
    let barrier = Barrier::new(3);
    let lines = ["..#", "...", "#?."];
    thread::scope(|scope| {
        let strips = lines.map(|line| {
            let barrier = &barrier;
            scope.spawn(move || {
                let alive = count_alive(line);
                barrier.wait();
                alive
            })
        });
        for (number, strip) in strips.into_iter().enumerate().rev() {
            match strip.join() {
                Ok(alive) => println!("strip {number}: {alive} alive"),
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
