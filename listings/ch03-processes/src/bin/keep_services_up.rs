//! A supervisor restarts what fails, gives up in time, and stops on SIGTERM.

use ch03_processes::supervisor::{Event, Policy, Supervisor};
use nix::sys::signal::{Signal, raise};
use std::io;
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> io::Result<()> {
    let mut supervisor = Supervisor::new(Policy {
        pause: Duration::from_millis(5),
        longest: Duration::from_secs(1),
        restarts: 2,
        healthy: Duration::from_secs(60),
    })?;
    let mut server = Command::new("sleep");
    server.arg("60");
    supervisor.add("server", server);
    let mut importer = Command::new("sh");
    importer.args(["-c", "exit 3"]);
    supervisor.add("importer", importer);

    while let Some(event) = supervisor.next_event(PATIENCE)? {
        match event {
            Event::Started(name) => println!("{name}: started"),
            Event::Done(name) => println!("{name}: done"),
            Event::Failed(name, how, _) => println!("{name}: {how}, again"),
            Event::GaveUp(name, how) => {
                println!("{name}: {how}, given up");
                // Stands for the terminal, or the service manager.
                raise(Signal::SIGTERM)?;
            }
            Event::Asked(signal) => {
                println!("{signal}: stopping");
                break;
            }
        }
    }
    for (name, status) in supervisor.stop(PATIENCE)? {
        println!("{name}: {status}");
    }
    Ok(())
}
