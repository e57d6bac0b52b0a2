//! A helper asks for the signal, and then whether it asked in time.
//@ twin: none (Python has no call for it; tie_to_service.py shows the detour)

use ch03_processes::death_signal::tie_to;
use nix::sys::prctl::set_child_subreaper;
use nix::sys::wait::wait;
use nix::unistd::{Pid, getppid};
use std::error::Error;
use std::process::{self, Command};
use std::{env, thread};

fn service() -> Result<(), Box<dyn Error>> {
    let me = process::id().to_string();
    Command::new(env::current_exe()?)
        .args(["helper", &me])
        .spawn()?;
    Ok(())
}

fn helper(service: Pid) -> Result<(), Box<dyn Error>> {
    // Forced here. A helper that is slow to start may be as late.
    while getppid() == service {
        thread::yield_now();
    }
    if let Err(error) = tie_to(service) {
        println!("helper: too late: {error}");
        return Ok(());
    }
    loop {
        thread::park(); // until it is killed
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.as_slice() {
        [role] if role == "service" => return service(),
        [_, parent] => return helper(Pid::from_raw(parent.parse()?)),
        _ => {}
    }
    // An orphan below this process becomes its child, and can be waited for.
    set_child_subreaper(true)?;
    let status = Command::new(env::current_exe()?).arg("service").status()?;
    wait()?;
    println!("service: {status}");
    Ok(())
}
