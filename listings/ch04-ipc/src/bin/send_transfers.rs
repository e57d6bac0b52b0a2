//! A branch of a bank sends transfers through a pipe, and they arrive as it
//! sent them: each is a frame.

use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
use ch04_ipc::stage::start_stage;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::io::{BufWriter, PipeWriter};
use std::time::{Duration, Instant};

#[derive(Debug, Deserialize, Serialize)]
struct Transfer {
    to: String,
    cents: u64,
    note: Option<String>,
}

fn send_all(to_bank: PipeWriter) -> Result<(), FrameError> {
    let mut to_bank = FrameWriter::new(BufWriter::new(to_bank));
    for (to, cents, note) in [
        ("rent", 90_000, None),
        ("lawyer", 120_000, Some("all of it. ".repeat(20_000))),
        ("savings", 5_000, Some("monthly".to_owned())),
    ] {
        let to = to.to_owned();
        to_bank.send(&Transfer { to, cents, note })?;
    }
    to_bank.flush()
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut branch, transfers) = start_stage(send_all)?;
    let mut transfers = FrameReader::new(transfers);
    let deadline = Instant::now() + Duration::from_secs(10);
    while let Some(transfer) = transfers.next_before::<Transfer>(deadline)? {
        let note = transfer.note.map_or(0, |note| note.len());
        println!("{}: {} cents, {note} bytes", transfer.to, transfer.cents);
    }
    println!("branch: {}", branch.wait()?);
    Ok(())
}
