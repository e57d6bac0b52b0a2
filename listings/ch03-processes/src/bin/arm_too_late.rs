//! A helper asks for the signal when its service has ended: none comes.
//@ leaks: process
//@ repair: check_the_parent
//@ twin: none (Python has no call for it; tie_to_service.py shows the detour)

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getppid};
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{self, Command, Stdio};
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
    set_pdeathsig(Signal::SIGKILL)?;
    println!("helper: tied to its service");
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
    let mut service = Command::new(env::current_exe()?)
        .arg("service")
        .stdout(Stdio::piped())
        .spawn()?;
    let said = service.stdout.take().expect("stdout is piped");
    println!("service: {}", service.wait()?);
    let mut helper = String::new();
    BufReader::new(said).read_line(&mut helper)?;
    print!("{helper}");
    Ok(())
}
