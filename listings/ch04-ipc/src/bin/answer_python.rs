//! A Rust worker behind a `multiprocessing.connection.Client`: it gets frames,
//! and answers how many pixels are bright.

use ch04_ipc::connection::{ConnectionError, Listener};
use std::error::Error;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

/// The other side is the Python program beside this one.
const CLIENT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/answer_python.py");
const LIMIT: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn Error>> {
    // Nobody else may enter it.
    let dir = tempfile::tempdir_in(env::temp_dir())?;
    let path = dir.path().join("worker");
    let mut key = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
    let listener = Listener::bind(&path, &key)?;

    let mut client = Command::new("python3")
        .arg(CLIENT)
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()?;
    // Not as an argument: those can be seen by everybody.
    client.stdin.take().expect("it is piped").write_all(&key)?;
    let mut frames = 0;
    let worked = listener.accept(LIMIT).and_then(|mut python| {
        // A frame is no larger, whoever sends it.
        python.set_largest(1 << 20);
        loop {
            let frame = python.recv(LIMIT)?;
            let bright = frame.iter().filter(|pixel| **pixel > 127).count();
            python.send(&(bright as u64).to_le_bytes(), LIMIT)?;
            frames += 1;
        }
    });
    println!("client: {}", client.wait()?);
    match worked {
        Err(ConnectionError::PeerDied) => println!("answered: {frames}"),
        Err(error) => return Err(error.into()),
        Ok::<(), _>(()) => unreachable!("the loop ends with an error"),
    }
    Ok(())
}
