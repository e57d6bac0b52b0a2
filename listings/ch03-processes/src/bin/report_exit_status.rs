//! Five commands, and the ways in which they end.

use std::io::{self, ErrorKind};
use std::process::Command;

const COMMANDS: [&[&str]; 5] = [
    &["echo", "404"],
    &["grep", "404", "/dev/null"],
    &["grep", "404", "no-such.log"],
    &["sh", "-c", "kill -KILL $$"],
    &["grpe", "404"],
];

fn main() -> io::Result<()> {
    for words in COMMANDS {
        let ran = Command::new(words[0]).args(&words[1..]).output();
        let output = match ran {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                println!("{}: no such program", words[0]);
                continue;
            }
            ran => ran?,
        };
        println!("{}: {}", words[0], output.status);
        for said in [output.stdout, output.stderr] {
            for line in String::from_utf8_lossy(&said).lines() {
                println!("    {line}");
            }
        }
    }
    Ok(())
}
