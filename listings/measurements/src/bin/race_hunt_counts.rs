//! How many rounds it takes until a race shows: two clerks and one seat,
//! started anew for each sale and started together; a flag and a price, all
//! `Relaxed`; and two threads of which each stores to its own place and then
//! looks at the other's, without and with a fence between.
//!
//! `first` is the first round in which it shows, 0 if it does not.

use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint::spin_loop;
use std::sync::Mutex;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64, fence};
use std::thread;

/// Rounds of threads that are started for one round, and of threads that go
/// from round to round.
const SPAWNED: usize = 10_000;
const TOGETHER: usize = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("race_hunt_counts")
        .sample("last seat, spawned", || Ok(spawned()))
        .sample("last seat, together", || Ok(seats()))
        .sample("flag and price, relaxed", || Ok(flag_and_price()))
        .sample("store and look, relaxed", || Ok(store_and_look(false)))
        .sample("store and look, fenced", || Ok(store_and_look(true)))
        .run()
}

fn sell(tickets: &Mutex<Vec<u8>>) {
    if tickets.lock().unwrap().is_empty() {
        tickets.lock().unwrap().push(1);
    }
}

fn spawned() -> Sample {
    let shown = (0..SPAWNED).map(|_| {
        let tickets = Mutex::default();
        thread::scope(|s| {
            s.spawn(|| sell(&tickets));
            s.spawn(|| sell(&tickets));
        });
        tickets.into_inner().unwrap().len() > 1
    });
    counted(shown)
}

fn seats() -> Sample {
    let seats: Vec<_> = (0..TOGETHER).map(|_| Mutex::default()).collect();
    together(|round| sell(&seats[round]), |round| sell(&seats[round]));
    counted(seats.iter().map(|seat| seat.lock().unwrap().len() > 1))
}

/// A place that one thread writes to, on a cache line of its own.
#[repr(align(128))]
#[derive(Default)]
struct Place(AtomicBool);

/// Two places a round, and what was seen there.
#[derive(Default)]
struct Round {
    places: [Place; 2],
    seen: [AtomicBool; 2],
}

fn rounds() -> Vec<Round> {
    (0..TOGETHER).map(|_| Round::default()).collect()
}

fn flag_and_price() -> Sample {
    let rounds = rounds();
    let announce = |round: usize| {
        let Round { places, .. } = &rounds[round];
        places[0].0.store(true, Relaxed);
        places[1].0.store(true, Relaxed);
    };
    let display = |round: usize| {
        let Round { places, seen } = &rounds[round];
        seen[1].store(places[1].0.load(Relaxed), Relaxed);
        seen[0].store(places[0].0.load(Relaxed), Relaxed);
    };
    together(announce, display);
    let stale = |[price, flag]: &[AtomicBool; 2]| {
        flag.load(Relaxed) && !price.load(Relaxed)
    };
    counted(rounds.iter().map(|round| stale(&round.seen)))
}

fn store_and_look(fenced: bool) -> Sample {
    let rounds = rounds();
    let side = |own: usize| {
        let rounds = &rounds;
        move |round: usize| {
            let Round { places, seen } = &rounds[round];
            places[own].0.store(true, Relaxed);
            if fenced {
                fence(SeqCst);
            }
            seen[own].store(places[1 - own].0.load(Relaxed), Relaxed);
        }
    };
    together(side(0), side(1));
    let neither =
        |seen: &[AtomicBool; 2]| seen.iter().all(|s| !s.load(Relaxed));
    counted(rounds.iter().map(|round| neither(&round.seen)))
}

/// Both do each round at the same moment, as far as they have a CPU each.
fn together(one: impl Fn(usize) + Sync, other: impl Fn(usize) + Sync) {
    let arrived = AtomicU64::new(0);
    let meet = |round: usize| {
        arrived.fetch_add(1, AcqRel);
        let mut looks = 0_u32;
        while arrived.load(Acquire) < 2 * (round as u64 + 1) {
            spin_loop();
            looks += 1;
            if looks.is_multiple_of(1000) {
                thread::yield_now();
            }
        }
    };
    let go = |side: &(dyn Fn(usize) + Sync)| {
        for round in 0..TOGETHER {
            meet(round);
            side(round);
        }
    };
    thread::scope(|s| {
        s.spawn(|| go(&one));
        s.spawn(|| go(&other));
    });
}

fn counted(shown: impl Iterator<Item = bool>) -> Sample {
    let (mut all, mut first, mut seen) = (0_u32, 0, 0_u32);
    for shown in shown {
        all += 1;
        if shown {
            seen += 1;
            first = if first == 0 { all } else { first };
        }
    }
    let share = f64::from(seen) / f64::from(all);
    vec![
        ("first", f64::from(first)),
        ("seen", f64::from(seen)),
        ("seen_per_million", share * 1e6),
    ]
}
