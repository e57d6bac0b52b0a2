//! A service is killed: the guard that would end its helper never runs.
//@ leaks: process
//@ repair: tie_to_service

use ch03_processes::pidfd::WatchedChild;
use nix::sys::prctl::set_child_subreaper;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::{env, io, thread};

fn service() -> io::Result<()> {
    let helper = WatchedChild::spawn(Command::new("sleep").arg("1000"))?;
    println!("{}", helper.id());
    loop {
        thread::park(); // until it is killed
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("service") {
        return Ok(service()?);
    }

    // An orphan below this process becomes its child, and can be waited for.
    set_child_subreaper(true)?;
    let mut service = Command::new(env::current_exe()?)
        .arg("service")
        .stdout(Stdio::piped())
        .spawn()?;
    let said = service.stdout.take().expect("stdout is piped");
    let mut helper = String::new();
    BufReader::new(said).read_line(&mut helper)?;
    service.kill()?;
    println!("service: {}", service.wait()?);

    let helper = Pid::from_raw(helper.trim().parse()?);
    match waitpid(helper, Some(WaitPidFlag::WNOHANG))? {
        WaitStatus::StillAlive => println!("helper: still alive"),
        status => println!("helper: {status:?}"),
    }
    Ok(())
}
