//! A service starts a helper in a session of its own; both are stopped.

use ch03_processes::supervisor::{Policy, Supervisor};
use std::io::{self, BufRead, BufReader};
use std::process::Command;
use std::time::Duration;

fn main() -> io::Result<()> {
    let mut supervisor = Supervisor::new(Policy {
        pause: Duration::from_millis(5),
        longest: Duration::from_secs(1),
        restarts: 0,
        healthy: Duration::from_secs(60),
    })?;
    let (output, to_us) = io::pipe()?;
    let mut service = Command::new("sh");
    let helper = "echo helper away; exec sleep 60";
    service.args(["-c", "setsid sh -c \"$0\" & wait", helper]);
    service.stdout(to_us);
    supervisor.add("service", service);

    supervisor.next_event(Duration::from_secs(20))?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    print!("{line}");
    for (name, status) in supervisor.stop(Duration::from_secs(20))? {
        println!("{name}: {status}");
    }
    Ok(())
}
