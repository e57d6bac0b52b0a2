//! What a server says to clients that are gone, silent, slow, or send what is
//! no request. The next one is served.

use ch03_processes::fork::ForkedChild;
use ch03_processes::signals::Signals;
use ch04_ipc::server::{Client, Rules, Server};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::error::Error;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

fn serve(socket: &Path) -> Result<(), Box<dyn Error>> {
    let stop = Signals::block(&[Signal::SIGTERM])?;
    let rules = Rules {
        longest: 1_000,
        patience: Duration::from_millis(500),
        idle: Duration::from_millis(500),
        ..Rules::default()
    };
    let server = Server::bind(socket, rules)?;
    let tally = server.run(&stop, |_, text: String| text.len())?;
    for (ending, clients) in &tally.endings {
        println!("{ending}: {clients}");
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("lengths");
    let mut server = ForkedChild::start(|| serve(&socket).is_err().into())?;
    let deadline = Instant::now() + Duration::from_secs(10);
    let connect = || Client::<String, usize>::connect(&socket, deadline);

    let mut client = connect()?;
    println!("asked: {}", client.call(&"four".into(), deadline)?);
    drop(client);
    let long = connect()?.call(&"x".repeat(100_000), deadline);
    println!("asked too much: {}", long.unwrap_err());

    // A number, 5 letters announced, and 2 of them.
    let half: &[u8] = &[7, 0, 0, 0, 1, 5, b'h', b'e'];
    for bytes in [half, &[2, 0, 0, 0, 0xff, 0xff], &[0xff; 9]] {
        UnixStream::connect(&socket)?.write_all(bytes)?;
    }
    // These stay, and get no further.
    let silent = UnixStream::connect(&socket)?;
    let mut slow = UnixStream::connect(&socket)?;
    slow.write_all(half)?;
    for mut stream in [silent, slow] {
        stream.read_to_end(&mut Vec::new())?;
    }
    let mut client = connect()?;
    println!("asked: {}", client.call(&"and now?".into(), deadline)?);
    drop(client);
    kill(Pid::from_raw(server.pid()), Signal::SIGTERM)?;
    server.wait()?;
    Ok(())
}
