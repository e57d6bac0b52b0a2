//! Two writers share a pipe. Their records are longer than PIPE_BUF, and
//! arrive in pieces of each other.
//@ loses: 8 (whole records)
//@ repair: give_each_a_pipe

use ch03_processes::fork::ForkedChild;
use ch04_ipc::asleep::is_asleep_in;
use nix::fcntl::{FcntlArg, fcntl};
use std::error::Error;
use std::io::{self, Read, Write};
use std::thread;

const PAGE: usize = 4_096;
const RECORD: usize = 3 * PAGE;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut log, to_log) = io::pipe()?;
    fcntl(&to_log, FcntlArg::F_SETPIPE_SZ(PAGE as i32))?;
    let mut writers = Vec::new();
    for letter in [b'a', b'b'] {
        writers.push(ForkedChild::start(|| {
            let write = |_| (&to_log).write_all(&[letter; RECORD]);
            i32::from((0..4).try_for_each(write).is_err())
        })?);
    }
    drop(to_log);

    let mut bytes = Vec::new();
    loop {
        // A page is read when all who write sleep in the middle of it: the
        // kernel wakes them in turn.
        for writer in &mut writers {
            while writer.try_wait()?.is_none()
                && !is_asleep_in(libc::SYS_write, writer.pid())
            {
                thread::yield_now();
            }
        }
        let mut page = [0; PAGE];
        match log.read(&mut page)? {
            0 => break,
            n => bytes.extend_from_slice(&page[..n]),
        }
    }
    let records = bytes.chunks(RECORD);
    println!("records: {}", records.len());
    let mixed = |record: &&[u8]| record.iter().any(|b| *b != record[0]);
    println!("mixed: {}", records.clone().filter(mixed).count());
    println!("whole: {}", records.filter(|r| !mixed(r)).count());
    Ok(())
}
