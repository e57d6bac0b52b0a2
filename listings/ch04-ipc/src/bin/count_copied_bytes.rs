//! 16 MB by pipe and by sealed memory: what the kernel has copied, by its own
//! count.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::handover::{Draft, channel};
use std::error::Error;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use std::{fs, io};

const WORDS: usize = 2_000_000;
const MB: u64 = 1_000_000;
const LIMIT: Duration = Duration::from_secs(10);

/// The bytes that this process has read and written so far, together.
fn copied() -> io::Result<u64> {
    let text = fs::read_to_string("/proc/self/io")?;
    let counts = text
        .lines()
        .filter(|l| l.starts_with("rchar") || l.starts_with("wchar"))
        .filter_map(|l| l.split(' ').nth(1)?.parse::<u64>().ok());
    Ok(counts.sum())
}

/// Runs `send` in a child and `receive` here: the megabytes that each copied.
fn count(
    send: impl FnOnce() -> Result<(), Box<dyn Error>>,
    receive: impl FnOnce() -> Result<usize, Box<dyn Error>>,
) -> Result<String, Box<dyn Error>> {
    let before = copied()?;
    let mut sender = ForkedChild::start(|| {
        let sent = copied().and_then(|before| {
            send().map_err(|e| io::Error::other(e.to_string()))?;
            Ok((copied()? - before) / MB)
        });
        sent.map_or(255, |megabytes| megabytes as i32)
    })?;
    let bytes = receive()?;
    let received = (copied()? - before) / MB;
    let sent = sender.wait()?.code().ok_or("sender")?;
    Ok(format!("{sent} + {received} MB copied of {bytes} bytes"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut reader, mut writer) = io::pipe()?;
    let data = vec![7; WORDS * 8];
    let pipe = count(
        move || Ok(writer.write_all(&data)?),
        || {
            let mut data = Vec::new();
            reader.read_to_end(&mut data)?;
            Ok(data.len())
        },
    )?;
    println!("pipe: {pipe}");

    let (outbox, inbox) = channel()?;
    let memory = count(
        move || {
            let draft = Draft::<AtomicU64>::new("data", WORDS)?;
            draft.iter().for_each(|word| word.store(7, Relaxed));
            Ok(outbox.send(&draft.seal()?, LIMIT)?)
        },
        || Ok(inbox.receive(WORDS * 8, LIMIT)?.len()),
    )?;
    println!("sealed memory: {memory}");
    Ok(())
}
