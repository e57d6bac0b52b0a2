//! Gives a converter so long to answer, and no longer.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    // It stands for a converter that never answers.
    let mut converter = Command::new("sleep")
        .arg("1000")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = converter.stdout.take().expect("stdout is piped");

    thread::scope(|s| {
        let (sender, answer) = mpsc::channel();
        s.spawn(move || {
            let mut text = String::new();
            let read = output.read_to_string(&mut text);
            // Nobody listens any more if it came too late.
            let _ = sender.send(read.map(|_| text));
        });
        match answer.recv_timeout(Duration::from_millis(50)) {
            Ok(text) => println!("{} bytes back", text?.len()),
            Err(_) => {
                println!("no answer in time");
                // It also ends the reader, whose pipe has no writer now.
                converter.kill()?;
            }
        }
        println!("converter: {}", converter.wait()?);
        Ok(())
    })
}
