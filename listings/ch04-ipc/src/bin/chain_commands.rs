//! `seq 7000 | grep 7$ | wc -l`, without a shell.

use std::error::Error;
use std::process::{Command, Stdio};

fn main() -> Result<(), Box<dyn Error>> {
    let mut seq = Command::new("seq")
        .arg("7000")
        .stdout(Stdio::piped())
        .spawn()?;
    let numbers = seq.stdout.take().expect("it is piped");
    // `numbers` goes into the `Command`, which closes it at the semicolon.
    let mut grep = Command::new("grep")
        .arg("7$")
        .stdin(numbers)
        .stdout(Stdio::piped())
        .spawn()?;
    let matches = grep.stdout.take().expect("it is piped");
    let wc = Command::new("wc").arg("-l").stdin(matches).output()?;

    // A shell reports the last one's, unless told `set -o pipefail`.
    println!("seq: {}", seq.wait()?);
    println!("grep: {}", grep.wait()?);
    println!("wc: {}", wc.status);
    print!("{}", String::from_utf8(wc.stdout)?);
    Ok(())
}
