//! Two jobs on one CPU and on two, in Rust and in Python; and on one CPU, a
//! thread that spins for a result or blocks. Wall time, CPU time, and context
//! switches.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch01_getting_started::primes::count_primes;
use ch01_getting_started::usage::of_process;
use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint;
use std::thread;
use std::time::Duration;

fn fetch_prices() {
    (0..50).for_each(|_| thread::sleep(Duration::from_millis(2)));
}

fn test_numbers() {
    hint::black_box(count_primes(1_000_000..1_025_000));
}

fn both(job: fn()) {
    thread::scope(|s| {
        s.spawn(job);
        s.spawn(job);
    });
}

/// The job on `cpu`, and this thread, on its own CPU, asks until it is done.
fn spin(cpu: usize) {
    let job = thread::spawn(move || test_on(cpu));
    while !job.is_finished() {
        hint::spin_loop();
    }
    job.join().unwrap();
}

/// The job on `cpu`, and this thread sleeps until it is done.
fn block(cpu: usize) {
    thread::spawn(move || test_on(cpu)).join().unwrap();
}

fn test_on(cpu: usize) {
    pin_to(&[cpu]).expect("it is one of those allowed");
    test_numbers();
}

/// Runs `work` with its threads on `cpus`, and nothing else of this program.
fn sample(
    cpus: &[usize],
    work: impl FnOnce(),
) -> Result<Sample, Box<dyn Error>> {
    let before = allowed_cpus()?;
    pin_to(cpus)?;
    let ((), used) = of_process(work);
    pin_to(&before)?;
    Ok(vec![
        ("wall_s", used.wall.as_secs_f64()),
        ("cpu_s", used.cpu.as_secs_f64()),
        ("waits", used.waits as f64),
        ("preemptions", used.preemptions as f64),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let cpus = allowed_cpus()?;
    let (one, first) = (&cpus[..1], cpus[0]);
    let values = &["wall_s", "cpu_s", "waits", "preemptions"];
    let mut all = Comparison::new("one_cpu_or_two_times")
        .sample("numbers, 1 CPU", || sample(one, || both(test_numbers)))
        .sample("prices, 1 CPU", || sample(one, || both(fetch_prices)))
        .sample("spin for one, same CPU", || sample(one, || spin(first)))
        .sample("block for one, same CPU", || sample(one, || block(first)))
        .python("Python: numbers, 1 CPU", "numbers 1", values)
        .python("Python: prices, 1 CPU", "prices 1", values);
    if let Some(two) = cpus.get(..2) {
        let other = two[1];
        all = all
            .sample("numbers, 2 CPUs", || sample(two, || both(test_numbers)))
            .sample("prices, 2 CPUs", || sample(two, || both(fetch_prices)))
            .sample("spin for one, other CPU", move || {
                sample(one, || spin(other))
            })
            .sample("block for one, other CPU", move || {
                sample(one, || block(other))
            })
            .python("Python: numbers, 2 CPUs", "numbers 2", values)
            .python("Python: prices, 2 CPUs", "prices 2", values);
    } else {
        println!("only one CPU is allowed: the rows for two are left out");
    }
    all.run()
}
