//! Starts three workers of each kind, and counts what that brought.

use ch01_getting_started::census::{Census, whereabouts};
use ch01_getting_started::fork::ForkedChild;
use std::error::Error;
use std::io::{self, Read, Write};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{env, thread};

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// The job of every worker: it adds 1, and says where it ran.
fn job() -> String {
    let count = COUNTER.fetch_add(1, Relaxed) + 1;
    format!("{} {count}", whereabouts())
}

fn fork() -> io::Result<String> {
    let (mut answer, mut to_parent) = io::pipe()?;
    let child = ForkedChild::start(move || {
        to_parent.write_all(job().as_bytes()).map_or(1, |()| 0)
    })?;
    let mut report = String::new();
    answer.read_to_string(&mut report)?;
    child.wait()?;
    Ok(report)
}

fn exec() -> Result<String, Box<dyn Error>> {
    let child = Command::new(env::current_exe()?).arg("job").output()?;
    Ok(String::from_utf8(child.stdout)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        print!("{}", job());
        return Ok(());
    }
    let mut census = Census::default();
    let mut row = |kind: &str, reports: &[String]| {
        let (processes, threads) = census.count(reports);
        let counts = reports.iter().filter_map(|r| r.split(' ').nth(2));
        let counts = counts.collect::<Vec<_>>().join(" ");
        println!("{kind:<13}{processes:>7}{threads:>9}   {counts}");
        COUNTER.store(10, Relaxed);
    };
    println!("started    processes  threads   counter, from 10");
    row("main", &[job()]);

    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let task =
        || runtime.block_on(async { tokio::spawn(async { job() }).await });
    row("3 async tasks", &[task()?, task()?, task()?]);

    // Before the first thread, or `ForkedChild` would refuse.
    row("3 forks", &[fork()?, fork()?, fork()?]);
    row("3 execs", &[exec()?, exec()?, exec()?]);

    let thread = || thread::spawn(job).join().unwrap();
    row("3 threads", &[thread(), thread(), thread()]);

    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    row("a pool of 1", &pool.broadcast(|_| job()));
    let task = || pool.install(job);
    row("3 pool tasks", &[task(), task(), task()]);
    Ok(())
}
