//! A branch of a bank sends transfers through a pipe, and they arrive as it
//! sent them: each is a frame.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};

#[derive(Debug, Deserialize, Serialize)]
struct Transfer {
    to: String,
    cents: u64,
    note: Option<String>,
}

fn send_all(to: impl Write) -> Result<(), FrameError> {
    let mut to = FrameWriter::new(BufWriter::new(to));
    for (name, cents, note) in [
        ("rent", 90_000, None),
        ("lawyer", 120_000, Some("all of it. ".repeat(20_000))),
        ("savings", 5_000, Some("monthly".to_owned())),
    ] {
        let to_whom = name.to_owned();
        to.send(&Transfer {
            to: to_whom,
            cents,
            note,
        })?;
    }
    to.flush()
}

fn main() -> Result<(), Box<dyn Error>> {
    let (from, to) = io::pipe()?;
    let mut branch = ForkedChild::start(|| i32::from(send_all(to).is_err()))?;

    let mut transfers = FrameReader::new(from);
    let deadline = Instant::now() + Duration::from_secs(10);
    while let Some(transfer) = transfers.next_before::<Transfer>(deadline)? {
        let note = transfer.note.map_or(0, |note| note.len());
        println!("{}: {} cents, {note} bytes", transfer.to, transfer.cents);
    }
    println!("branch: {}", branch.wait()?);
    Ok(())
}
