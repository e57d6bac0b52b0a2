//! Two processes count hits in a dictionary that a third one owns.

use ch03_processes::fork::ForkedChild;
use ch03_processes::signals::Signals;
use ch04_ipc::dictionary::{self, Dictionary};
use ch04_ipc::server::{Rules, Server};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

fn serve(socket: &Path) -> Result<(), Box<dyn Error>> {
    let stop = Signals::block(&[Signal::SIGTERM])?;
    let server = Server::bind(socket, Rules::default())?;
    dictionary::serve::<u64>(&server, &stop, 1_000)?;
    Ok(())
}

fn count(socket: &Path) -> Result<(), Box<dyn Error>> {
    let mut hits = Dictionary::<u64>::connect(socket, PATIENCE)?;
    for _ in 0..100 {
        hits.update("/index.html", |n| Some(n.unwrap_or(0) + 1))?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("hits");
    let mut owner = ForkedChild::start(|| serve(&socket).is_err().into())?;
    let mut counters = Vec::new();
    for _ in 0..2 {
        let counter = || count(&socket).is_err().into();
        counters.push(ForkedChild::start(counter)?);
    }
    for mut counter in counters {
        assert!(counter.wait()?.success());
    }

    let mut hits = Dictionary::<u64>::connect(&socket, PATIENCE)?;
    println!("pages: {}", hits.len()?);
    println!("hits: {}", hits.get("/index.html")?.unwrap_or(0));
    drop(hits);
    kill(Pid::from_raw(owner.pid()), Signal::SIGTERM)?;
    owner.wait()?;
    Ok(())
}
