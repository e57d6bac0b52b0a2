//! A helper that has nothing to do with the log inherits the write end of its
//! pipe: nix's `pipe` sets no O_CLOEXEC.
//@ deadlock
//@ repair: close_at_exec

use ch04_ipc::pipe_ends::PipeName;
use nix::unistd::pipe;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    let (log, to_log) = pipe()?;
    let (log, mut to_log) = (File::from(log), File::from(to_log));
    let log_pipe = PipeName::of(&log)?;

    let mut helper = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut orders = helper.stdin.take().expect("it is piped");
    let answers = helper.stdout.take().expect("it is piped");
    // Once it has answered, it is `cat`, and no longer a copy of this.
    writeln!(orders, "are you there?")?;
    BufReader::new(answers).read_line(&mut String::new())?;

    to_log.write_all(b"GET /item/0 500\n")?;
    drop(to_log);
    let ends = log_pipe.write_ends(helper.id())?;
    println!("the helper can write to the log's pipe: {ends}");
    let text = io::read_to_string(log)?; // never returns
    print!("the log: {text}");

    drop(orders);
    println!("helper: {}", helper.wait()?);
    Ok(())
}
