//! On one CPU, a thread that keeps asking takes half of it from the job.
//@ loses: 90 (CPU time)
//@ repair: block_for_result

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch01_getting_started::primes::count_primes;
use ch01_getting_started::usage;
use std::hint;
use std::io;
use std::thread;

fn main() -> io::Result<()> {
    pin_to(&allowed_cpus()?[..1])?;
    let ((primes, own), all) = usage::of_process(|| {
        let job = thread::spawn(|| {
            usage::of_thread(|| count_primes(1_000_000..1_040_000))
        });
        while !job.is_finished() {
            hint::spin_loop();
        }
        job.join().unwrap()
    });
    let share = 100.0 * own.cpu.as_secs_f64() / all.cpu.as_secs_f64();
    println!("{primes} primes");
    println!("of all CPU time the job had ~{share:.0} %");
    Ok(())
}
