//! Two branches of a bank send each other the day's transfers. Both talk
//! first: that works up to what a pipe holds.
//@ deadlock
//@ repair: talk_and_listen

use ch03_processes::fork::ForkedChild;
use std::io::{self, PipeReader, PipeWriter, Read, Write};

fn swap(
    to: &mut PipeWriter,
    from: &mut PipeReader,
    bytes: usize,
) -> io::Result<()> {
    to.write_all(&vec![b'x'; bytes])?;
    from.read_exact(&mut vec![0; bytes])
}

fn main() -> io::Result<()> {
    let (mut from_us, mut to_them) = io::pipe()?;
    let (mut from_them, mut to_us) = io::pipe()?;
    let mut other = ForkedChild::start(|| {
        for bytes in [65_536, 65_537] {
            swap(&mut to_us, &mut from_us, bytes).expect("we are there");
        }
        0
    })?;

    for bytes in [65_536, 65_537] {
        println!("{bytes} bytes each way");
        swap(&mut to_them, &mut from_them, bytes)?;
        println!("have arrived");
    }
    println!("{}", other.wait()?);
    Ok(())
}
