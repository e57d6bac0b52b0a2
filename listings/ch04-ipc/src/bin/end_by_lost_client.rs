//! A client hangs up before its answer, and takes the server along.
//@ exit: 1
//@ repair: refuse_bad_clients

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};

/// `clients` of them, one after the other, a number each.
fn serve(
    listener: &UnixListener,
    clients: usize,
) -> Result<(), Box<dyn Error>> {
    for _ in 0..clients {
        let (stream, _) = listener.accept()?;
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line)?;
        let number: u64 = line.trim().parse()?;
        println!("asked for the square of {number}");
        writeln!(&stream, "{}", number * number)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("squares");
    let listener = UnixListener::bind(&socket)?;

    // Both are in the listener's queue before the server looks.
    let mut lost = UnixStream::connect(&socket)?;
    lost.write_all(b"3\n")?;
    drop(lost);
    let mut patient = UnixStream::connect(&socket)?;
    patient.write_all(b"4\n")?;

    serve(&listener, 2)
}
