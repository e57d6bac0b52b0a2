//! The program forgets to ask whether it is the worker: it starts another.
//@ exit: 1
//@ repair: count_as_worker

use std::env;
use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    // The guard of this listing: without it there would be no end.
    let level = env::var("LEVEL").map_or(Ok(0), |level| level.parse())?;
    println!("main runs at level {level}");
    if level == 3 {
        return Err("stopped by the guard".into());
    }

    let status = Command::new("/proc/self/exe")
        .arg("--worker")
        .env("LEVEL", (level + 1).to_string())
        .status()?;
    println!("worker of level {level}: {status}");
    match status.success() {
        true => Ok(()),
        false => Err("the worker failed".into()),
    }
}
