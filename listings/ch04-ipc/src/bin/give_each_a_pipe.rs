//! Two writers, each with a pipe of its own, and one reader that waits for
//! both: all records arrive whole.

use ch03_processes::pidfd::ready;
use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
use ch04_ipc::stage::start_stage;
use nix::fcntl::{FcntlArg, fcntl};
use std::error::Error;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

const PAGE: usize = 4_096;
const RECORD: usize = 3 * PAGE;

fn main() -> Result<(), Box<dyn Error>> {
    let mut writers = Vec::new();
    let mut logs = Vec::new();
    for letter in [b'a', b'b'] {
        let (writer, log) = start_stage(|to_log| {
            fcntl(&to_log, FcntlArg::F_SETPIPE_SZ(PAGE as i32))?;
            let mut to_log = FrameWriter::new(to_log);
            let mut write = |_| to_log.send(&vec![letter; RECORD]);
            (0..4)
                .try_for_each(&mut write)
                .map_err(Box::<dyn Error>::from)
        })?;
        writers.push(writer);
        logs.push(FrameReader::new(log));
    }

    let deadline = Instant::now() + Duration::from_secs(10);
    let mut records: Vec<Vec<u8>> = Vec::new();
    while !logs.is_empty() {
        let sources: Vec<_> = logs.iter().map(AsFd::as_fd).collect();
        let readable = ready(&sources, Some(deadline))?;
        let Some(first) = readable.iter().position(|it| *it) else {
            return Err("nobody writes, and nobody ends".into());
        };
        // All that is there: what was read ahead would not wake `ready`.
        loop {
            match logs[first].next_before(Instant::now()) {
                Ok(Some(record)) => records.push(record),
                Err(FrameError::TimedOut) => break,
                Ok(None) => {
                    logs.remove(first);
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    let mixed = |record: &&Vec<u8>| record.iter().any(|b| *b != record[0]);
    let mixed = records.iter().filter(mixed).count();
    println!("records: {}", records.len());
    println!("mixed: {mixed}");
    println!("whole: {}", records.len() - mixed);
    Ok(())
}
