//! A Rust worker behind a `multiprocessing.connection.Client`: it gets frames,
//! and answers how many pixels are bright.

use ch03_processes::pidfd::WatchedChild;
use ch04_ipc::connection::{ConnectionError, Listener};
use std::error::Error;
use std::io::{Read, Write};
use std::process::Command;
use std::time::Duration;
use std::{env, fs, io};

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

    let (key_read, mut key_written) = io::pipe()?;
    let mut command = Command::new("python3");
    command.arg(CLIENT).arg(&path).stdin(key_read);
    let mut client = WatchedChild::spawn_tied(&mut command)?;
    // Not as an argument: those can be seen by everybody.
    key_written.write_all(&key)?;
    drop(key_written);

    let mut python = listener.accept(LIMIT)?;
    // A frame is no larger, whoever sends it.
    python.set_largest(1 << 20);
    let mut frames = 0;
    loop {
        let frame = match python.recv(LIMIT) {
            Ok(frame) => frame,
            Err(ConnectionError::PeerDied) => break,
            Err(error) => return Err(error.into()),
        };
        let bright = frame.iter().filter(|pixel| **pixel > 127).count();
        python.send(&(bright as u64).to_le_bytes(), LIMIT)?;
        frames += 1;
    }
    let status = client.wait_timeout(LIMIT)?;
    println!("client: {}", status.ok_or("it takes too long")?);
    println!("answered: {frames}");
    Ok(())
}
