//! Counts the errors in a log: three processes, joined by two pipes.

use ch03_processes::fork::ForkedChild;
use std::error::Error;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::io::{PipeReader, PipeWriter};

fn read_log(lines: PipeWriter) -> io::Result<()> {
    let mut lines = BufWriter::new(lines);
    for request in 0..7_000 {
        let status = if request % 7 == 0 { 500 } else { 200 };
        writeln!(lines, "GET /item/{request} {status}")?;
    }
    lines.flush()
}

fn keep_errors(log: PipeReader, errors: PipeWriter) -> io::Result<()> {
    let mut errors = BufWriter::new(errors);
    for line in BufReader::new(log).lines() {
        let line = line?;
        if line.ends_with(" 500") {
            writeln!(errors, "{line}")?;
        }
    }
    errors.flush()
}

/// A process that writes into a pipe, and the end to read it from.
fn start_stage(
    work: impl FnOnce(PipeWriter) -> io::Result<()>,
) -> io::Result<(ForkedChild, PipeReader)> {
    let (reader, writer) = io::pipe()?;
    let mut reader = Some(reader);
    let child = ForkedChild::start(|| {
        // The child's copy: else it would not be told that nobody reads.
        drop(reader.take());
        i32::from(work(writer).is_err())
    })?;
    // Here `writer` is gone, with the closure: no later stage inherits it.
    Ok((child, reader.expect("the child closed its own copy")))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut reader, log) = start_stage(read_log)?;
    let (mut filter, errors) = start_stage(|to| keep_errors(log, to))?;

    let mut count = 0;
    for line in BufReader::new(errors).lines() {
        line?;
        count += 1;
    }
    // An end of file says that nobody writes, not that all was written.
    for (stage, child) in [("reader", &mut reader), ("filter", &mut filter)] {
        let status = child.wait()?;
        println!("{stage}: {status}");
        if !status.success() {
            return Err("the log was not read to its end".into());
        }
    }
    println!("{count} of 7000 requests failed");
    Ok(())
}
