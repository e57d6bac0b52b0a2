//! A server counts lines of a log for whoever asks. Three programs ask at
//! once, three times each.
//@ stdout: unordered

use ch03_processes::fork::ForkedChild;
use ch03_processes::signals::Signals;
use ch04_ipc::server::{Client, Rules, Server};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Serialize, Deserialize)]
struct Job {
    status: u16,
    lines: Vec<String>,
}

fn count(job: &Job) -> usize {
    let end = format!(" {}", job.status);
    job.lines.iter().filter(|line| line.ends_with(&end)).count()
}

fn serve(socket: &Path) -> Result<(), Box<dyn Error>> {
    let stop = Signals::block(&[Signal::SIGTERM])?;
    let server = Server::bind(socket, Rules::default())?;
    let tally = server.run(&stop, |_, job: Job| count(&job))?;
    println!("the server: {} jobs", tally.answered);
    Ok(())
}

fn ask(socket: &Path, status: u16) -> Result<(), Box<dyn Error>> {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut server = Client::<Job, usize>::connect(socket, deadline)?;
    let mut found = 0;
    for day in 0..3 {
        let log = (0..100).map(|n| match (n + day) % 10 {
            0 => format!("GET /{n} 500"),
            1 | 2 => format!("GET /{n} 404"),
            _ => format!("GET /{n} 200"),
        });
        let lines = log.collect();
        found += server.call(&Job { status, lines }, deadline)?;
    }
    println!("status {status}: {found} lines");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("jobs");
    let mut server = ForkedChild::start(|| serve(&socket).is_err().into())?;
    let mut clients = Vec::new();
    for status in [200, 404, 500] {
        let client = || ask(&socket, status).is_err().into();
        clients.push(ForkedChild::start(client)?);
    }
    for mut client in clients {
        assert!(client.wait()?.success());
    }
    kill(Pid::from_raw(server.pid()), Signal::SIGTERM)?;
    println!("the server: {}", server.wait()?);
    Ok(())
}
