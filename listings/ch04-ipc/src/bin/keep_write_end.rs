//! The filter has a copy of the write end of the pipe that it reads, and waits
//! for itself.
//@ deadlock
//@ repair: count_in_pipeline

use ch03_processes::fork::ForkedChild;
use ch04_ipc::pipe_ends::PipeName;
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::process;

fn read_log(mut lines: PipeWriter) -> io::Result<()> {
    for request in 0..70 {
        let status = if request % 7 == 0 { 500 } else { 200 };
        writeln!(lines, "GET /item/{request} {status}")?;
    }
    Ok(())
}

fn keep_errors(log: PipeReader, mut errors: PipeWriter) -> io::Result<()> {
    for line in BufReader::new(log).lines() {
        let line = line?;
        if line.ends_with(" 500") {
            writeln!(errors, "{line}")?;
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let (log, to_filter) = io::pipe()?;
    let (errors, to_counter) = io::pipe()?;
    let log_pipe = PipeName::of(&log)?;

    let filter = ForkedChild::start(move || {
        i32::from(keep_errors(log, to_counter).is_err())
    })?;
    let mut reader =
        ForkedChild::start(move || i32::from(read_log(to_filter).is_err()))?;

    println!("reader: {}", reader.wait()?);
    println!("the log's pipe can be written to by");
    println!("the counter: {}", log_pipe.write_ends(process::id())?);
    println!("the filter: {}", log_pipe.write_ends(filter.pid() as u32)?);

    let mut count = 0;
    // Ten lines come. The eleventh `next` never returns.
    for line in BufReader::new(errors).lines() {
        line?;
        count += 1;
    }
    println!("{count} of 70 requests failed");
    Ok(())
}
