//! Two writers share a pipe. Their records are longer than PIPE_BUF, and
//! arrive in pieces of each other.
//@ loses: 8 (whole records)
//@ repair: give_each_a_pipe

use ch03_processes::fork::ForkedChild;
use ch03_processes::pidfd::ready;
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::Signal::{SIGCONT, SIGSTOP};
use nix::sys::signal::{kill, raise};
use nix::unistd::Pid;
use std::error::Error;
use std::io::{self, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

/// What a pipe holds at least, on x86-64.
const PAGE: usize = 4_096;
const RECORD: usize = 3 * PAGE;

fn until_stopped(writer: &mut ForkedChild) -> io::Result<()> {
    while writer.stopped()?.is_none() && writer.try_wait()?.is_none() {
        thread::yield_now();
    }
    Ok(())
}

/// Lets it run until the pipe, which holds a page, is full.
fn let_write(writer: &mut ForkedChild, log: &PipeReader) -> io::Result<()> {
    let pid = Pid::from_raw(writer.pid());
    kill(pid, SIGCONT)?;
    let deadline = Instant::now() + Duration::from_secs(10);
    if !ready(&[log.as_fd()], Some(deadline))?[0] {
        return Err(io::ErrorKind::TimedOut.into());
    }
    kill(pid, SIGSTOP)?;
    until_stopped(writer)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (log, to_log) = io::pipe()?;
    fcntl(&to_log, FcntlArg::F_SETPIPE_SZ(PAGE as i32))?;
    let mut log = Some(log);
    let mut writers = Vec::new();
    for letter in [b'a', b'b'] {
        let mut writer = ForkedChild::start(|| {
            drop(log.take());
            raise(SIGSTOP).expect("it is a signal");
            let write = |_| (&to_log).write_all(&[letter; RECORD]);
            i32::from((0..4).try_for_each(write).is_err())
        })?;
        until_stopped(&mut writer)?;
        writers.push(writer);
    }
    drop(to_log);
    let mut log = log.expect("the children closed their own copies");

    // This program plays the scheduler: after each page, the other's turn.
    let mut bytes = vec![0; 8 * RECORD];
    for (turn, page) in bytes.chunks_mut(PAGE).enumerate() {
        let_write(&mut writers[turn % 2], &log)?;
        log.read_exact(page)?;
    }
    let records = bytes.chunks(RECORD);
    println!("records: {}", records.len());
    let mixed = |record: &&[u8]| record.iter().any(|b| *b != record[0]);
    println!("mixed: {}", records.clone().filter(mixed).count());
    println!("whole: {}", records.filter(|r| !mixed(r)).count());
    Ok(())
}
