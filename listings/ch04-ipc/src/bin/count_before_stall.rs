//! How many bytes a pipe or a socket takes that nobody reads from, written in
//! pieces of different sizes.

use rustix::io::ioctl_fionbio;
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

/// Writes pieces until the next byte would have to wait.
fn fill(mut to: impl Write + AsFd, piece: usize) -> io::Result<usize> {
    // Not for a descriptor that is shared: all who hold it would see it.
    ioctl_fionbio(&to, true)?;
    let piece = vec![b'x'; piece];
    let mut taken = 0;
    loop {
        match to.write(&piece) {
            Ok(n) => taken += n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(taken),
            Err(e) => return Err(e),
        }
    }
}

fn main() -> io::Result<()> {
    for piece in [1, 64, 4_096, 100_000, 2_100] {
        let (_reader, writer) = io::pipe()?;
        let taken = fill(writer, piece)?;
        println!("a pipe, pieces of {piece}: {taken} bytes");
    }
    for piece in [64, 4_096, 100_000] {
        let (_reader, writer) = UnixStream::pair()?;
        let taken = fill(writer, piece)?;
        println!("a Unix socket, pieces of {piece}: ~{taken} bytes");
    }
    Ok(())
}
