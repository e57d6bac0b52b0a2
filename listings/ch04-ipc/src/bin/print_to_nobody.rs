//! What `println!` does when nobody reads standard output, and what to do
//! instead. The program starts itself, with a pipe whose reader is gone.

use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::process::Command;

fn report(out: &mut impl Write) -> io::Result<()> {
    for request in 0..100 {
        writeln!(out, "GET /item/{request} 200")?;
    }
    out.flush()
}

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("println!") => {
            (0..100).for_each(|request| println!("GET /item/{request} 200"));
            return Ok(());
        }
        Some("writeln!") => {
            return match report(&mut io::stdout().lock()) {
                // Who reads has had enough: no reason to complain.
                Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
                done => Ok(done?),
            };
        }
        _ => {}
    }
    for way in ["println!", "writeln!"] {
        let (reader, to_nobody) = io::pipe()?;
        drop(reader);
        let mut command = Command::new("/proc/self/exe");
        let child = command.arg(way).stdout(to_nobody).output()?;
        println!("{way} {}", child.status);
        let stderr = String::from_utf8(child.stderr)?;
        for line in stderr.lines().filter(|line| line.contains("Broken")) {
            println!("{line}");
        }
    }
    Ok(())
}
