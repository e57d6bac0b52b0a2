//! Frames between a Python program and a worker, by
//! `multiprocessing.connection`: 320 times 240 bytes there, and eight back.
//!
//! The client is Python's in all but the last variant; the worker, which does
//! nothing with a frame but to look at its first byte, is Python's or Rust's.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::connection::{Connection, ConnectionError, Listener};
use measurements::{Comparison, Sample};
use std::env;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FRAME: usize = 320 * 240;
const FRAMES: u32 = if cfg!(debug_assertions) { 100 } else { 5000 };
const LIMIT: Duration = Duration::from_secs(60);
const KEY: &[u8] = b"of this measurement alone";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn sample(wall: f64) -> Sample {
    let frames = f64::from(FRAMES);
    vec![("wall_s", wall), ("frames_per_s", frames / wall)]
}

/// Answers until the client goes.
fn work(listener: &Listener) -> Result<()> {
    let mut client = listener.accept(LIMIT)?;
    loop {
        let first = match client.recv(LIMIT) {
            Ok(frame) => frame.first().copied().unwrap_or(0),
            Err(ConnectionError::PeerDied) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        client.send(&u64::from(first).to_le_bytes(), LIMIT)?;
    }
}

/// Python asks.
fn python_asks() -> Result<Sample> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("worker");
    let listener = Listener::bind(&path, KEY)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/bin/python_side_times.py");
    let python = env::var_os("PYTHON").unwrap_or("python3".into());
    let mut client = Command::new(python)
        .arg(script)
        .arg(format!("ask {FRAMES} {}", path.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    client.stdin.take().expect("it is piped").write_all(KEY)?;
    let worked = work(&listener);
    let output = client.wait_with_output()?;
    worked?;
    let text = String::from_utf8(output.stdout)?;
    let wall = text.trim().strip_prefix("wall_s ").ok_or("no time")?;
    Ok(sample(wall.parse()?))
}

/// Rust asks.
fn rust_asks() -> Result<Sample> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("worker");
    let listener = Listener::bind(&path, KEY)?;
    let mut child = ForkedChild::start(|| work(&listener).map_or(1, |()| 0))?;
    let mut worker = Connection::connect(&path, KEY, LIMIT)?;
    let frame = vec![7; FRAME];
    let start = Instant::now();
    for _ in 0..FRAMES {
        worker.send(&frame, LIMIT)?;
        assert_eq!(worker.recv(LIMIT)?, 7u64.to_le_bytes());
    }
    let wall = start.elapsed().as_secs_f64();
    drop(worker);
    match child.wait()?.success() {
        true => Ok(sample(wall)),
        false => Err("the worker failed".into()),
    }
}

fn main() -> Result<()> {
    let both: &str = Box::leak(format!("both {FRAMES}").into());
    Comparison::new("python_side_times")
        .python("Python asks Python", both, &["wall_s", "frames_per_s"])
        .sample("Python asks Rust", python_asks)
        .sample("Rust asks Rust", rust_asks)
        .run()
}
