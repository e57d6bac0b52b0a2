//! Writes the whole log, then reads: both sides end up waiting to write.
//@ deadlock
//@ repair: convert_log

use std::io::{self, Write};
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    let log = "get /index.html 200\n".repeat(200_000);

    let mut converter = Command::new("tr")
        .args(["a-z", "A-Z"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = converter.stdin.take().expect("stdin is piped");

    println!("sending {} bytes", log.len());
    input.write_all(log.as_bytes())?; // never returns
    drop(input);

    let output = converter.wait_with_output()?;
    println!("{} bytes back", output.stdout.len());
    Ok(())
}
