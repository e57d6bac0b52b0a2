//! A helper is started beside a pipe, and does not inherit it: the pipes of
//! std close at exec.

use ch04_ipc::pipe_ends::PipeName;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    let (log, mut to_log) = io::pipe()?;
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
    let text = io::read_to_string(log)?;
    print!("the log: {text}");

    drop(orders);
    println!("helper: {}", helper.wait()?);
    Ok(())
}
