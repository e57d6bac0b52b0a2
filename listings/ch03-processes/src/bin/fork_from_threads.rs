//! Two threads have a log counted by children that a fork server forks.

use ch03_processes::fork::ForkedChild;
use ch03_processes::fork_server::ForkServer;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    // Made once; every child has it without a copy.
    let log: Vec<u16> = (0..1000)
        .map(|i| if i * 7919 % 100 < 5 { 404 } else { 200 })
        .collect();
    let server = ForkServer::start(|request, mut sent: Vec<OwnedFd>| {
        let wanted: u16 = str::from_utf8(request).unwrap().parse().unwrap();
        let count = log.iter().filter(|&&status| status == wanted).count();
        let mut answer = File::from(sent.remove(0));
        write!(answer, "{count}").expect("the pipe has a reader");
        0
    })?;

    let tried = Barrier::new(3);
    thread::scope(|s| {
        let ask = |status: &'static str| {
            let (server, tried) = (&server, &tried);
            s.spawn(move || {
                tried.wait();
                count(server, status)
            })
        };
        let (found, missing) = (ask("200"), ask("404"));
        // With other threads about, a fork of our own is refused.
        println!("fork here: {}", ForkedChild::start(|| 0).is_ok());
        tried.wait();
        println!("200: {}", found.join().unwrap()?);
        println!("404: {}", missing.join().unwrap()?);
        Ok(())
    })
}

fn count(server: &ForkServer, status: &str) -> io::Result<String> {
    let (mut answer, to_us) = io::pipe()?;
    let mut job = server.submit(status.as_bytes(), &[to_us.as_fd()])?;
    // The child has a copy of it by now, or will have; we need none.
    drop(to_us);
    let mut count = String::new();
    answer.read_to_string(&mut count)?;
    let ended = job.wait_timeout(Duration::from_secs(20))?;
    Ok(format!("{count}, {}", ended.expect("it has answered")))
}
