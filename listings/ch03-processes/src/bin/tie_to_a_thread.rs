//! A thread starts a tied helper and ends: the kernel kills the helper.
//@ exit: 1
//@ repair: tie_to_service
//@ twin: none (Python has no call for it; tie_to_service.py shows the detour)

use ch03_processes::pidfd::WatchedChild;
use std::error::Error;
use std::process::Command;
use std::thread;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let start = || WatchedChild::spawn_tied(Command::new("sleep").arg("1000"));
    let starter = thread::spawn(start);
    let mut helper = starter.join().expect("it does not panic")?;
    println!("the program goes on");

    match helper.wait_timeout(Duration::from_secs(10))? {
        None => Ok(()),
        Some(status) => {
            println!("helper: {status}");
            Err("the helper has ended".into())
        }
    }
}
