//! A server takes one client after the other. The first says nothing, and the
//! second waits for it, for ever.
//@ deadlock
//@ repair: refuse_bad_clients

use ch03_processes::fork::ForkedChild;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};

fn serve(listener: &UnixListener) -> io::Result<()> {
    for stream in listener.incoming() {
        let stream = stream?;
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line)?;
        write!(&stream, "{line}")?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("echo");
    let listener = UnixListener::bind(&socket)?;

    let _server = ForkedChild::start(|| serve(&listener).is_err().into())?;
    // First in the listener's queue.
    let silent = UnixStream::connect(&socket)?;
    let mut asking = UnixStream::connect(&socket)?;
    asking.write_all(b"are you there?\n")?;
    println!("asked");
    // Nobody else comes, and nothing shall be left behind.
    home.close()?;

    let mut answer = String::new();
    BufReader::new(&asking).read_line(&mut answer)?;
    println!("answered: {answer}");
    drop(silent);
    Ok(())
}
