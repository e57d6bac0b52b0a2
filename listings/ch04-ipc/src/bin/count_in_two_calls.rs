//! Two processes count hits in a dictionary that a third one owns: each gets
//! the number, and puts back one more. Both get it before either puts it.
//@ loses: 2 (hits)
//@ repair: count_in_one_call

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::signals::Signals;
use ch04_ipc::dictionary::{self, Dictionary};
use ch04_ipc::server::{Rules, Server};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);
const PAGE: &str = "/index.html";

fn serve(socket: &Path) -> Result<(), Box<dyn Error>> {
    let stop = Signals::block(&[Signal::SIGTERM])?;
    let server = Server::bind(socket, Rules::default())?;
    dictionary::serve::<u64>(&server, &stop, 1_000)?;
    Ok(())
}

fn count(socket: &Path, other: Meeting) -> Result<(), Box<dyn Error>> {
    let mut hits = Dictionary::<u64>::connect(socket, PATIENCE)?;
    let seen = hits.get(PAGE)?.unwrap_or(0);
    // The worst moment, every time.
    other.meet()?;
    hits.insert(PAGE, seen + 1)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("hits");
    let mut owner = ForkedChild::start(|| serve(&socket).is_err().into())?;
    let (one, two) = Meeting::sides()?;
    let mut counters = Vec::new();
    for end in [one, two] {
        let counter = || count(&socket, end).is_err().into();
        counters.push(ForkedChild::start(counter)?);
    }
    for mut counter in counters {
        assert!(counter.wait()?.success());
    }

    let mut hits = Dictionary::<u64>::connect(&socket, PATIENCE)?;
    println!("hits: {}", hits.get(PAGE)?.unwrap_or(0));
    drop(hits);
    kill(Pid::from_raw(owner.pid()), Signal::SIGTERM)?;
    owner.wait()?;
    Ok(())
}
