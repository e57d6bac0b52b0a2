//! Feeds a log to a converter and reads the answer at the same time.

use std::io::{self, ErrorKind, Write};
use std::process::{Command, Stdio};
use std::thread;

fn main() -> io::Result<()> {
    let log = "get /index.html 200\n".repeat(200_000);

    let mut converter = Command::new("tr")
        .args(["a-z", "A-Z"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = converter.stdin.take().expect("stdin is piped");

    let (written, output) = thread::scope(|s| {
        // Owning `input`, the writer closes the pipe when it is done:
        // that is how the converter learns that no more will come.
        let writer = s.spawn(move || input.write_all(log.as_bytes()));
        let output = converter.wait_with_output();
        (writer.join().expect("the writer does not panic"), output)
    });

    let output = output?;
    println!("converter: {}", output.status);
    println!("{} bytes back", output.stdout.len());
    match written {
        // It read no further. Its status says whether it had enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
