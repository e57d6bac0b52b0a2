//! A thread for each of a million items: finished threads fill the memory.
//@ exit: 1
//@ repair: pool_for_items

use ch01_getting_started::container::limit_address_space;
use std::io;
use std::process::ExitCode;
use std::thread::{self, JoinHandle};

const ITEMS: usize = 1_000_000;

fn is_missing(i: usize) -> bool {
    i * 7919 % 100 < 5
}

fn report(mut all: Vec<JoinHandle<bool>>, error: &io::Error) -> ExitCode {
    let started = all.len();
    let running = all.iter().filter(|handle| !handle.is_finished()).count();
    println!("~{started} of {ITEMS} threads started, {running} running");
    eprintln!("no further thread: {error}");

    all.swap_remove(0).join().unwrap();
    let again = thread::Builder::new().spawn(|| ()).map(JoinHandle::join);
    let again = if again.is_ok() {
        "starts"
    } else {
        "does not start"
    };
    println!("after one join, one more {again}");
    ExitCode::FAILURE
}

fn main() -> io::Result<ExitCode> {
    limit_address_space(512 << 20)?;
    let mut handles = Vec::new();
    for i in 0..ITEMS {
        match thread::Builder::new().spawn(move || is_missing(i)) {
            Ok(handle) => handles.push(handle),
            Err(error) => return Ok(report(handles, &error)),
        }
        // One runs at a time, but for a thread's last moments: those that
        // run are not what fills the memory.
        while handles.last().is_some_and(|handle| !handle.is_finished()) {
            thread::yield_now();
        }
    }
    let found = handles.into_iter().map(|handle| handle.join().unwrap());
    let missing = found.filter(|&missing| missing).count();
    println!("{ITEMS} items: {missing} missing");
    Ok(ExitCode::SUCCESS)
}
