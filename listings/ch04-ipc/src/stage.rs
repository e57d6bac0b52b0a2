//! A process that writes into a pipe for the one that starts it.

use ch03_processes::fork::ForkedChild;
use std::io::{self, PipeReader, PipeWriter};

/// Starts a process that does `work`, and returns it with the end to read
/// from. Its exit status is 1 if `work` gives an error.
///
/// Each side has only its own end: when the child ends, the reader comes to an
/// end of file, and when the reader is dropped, the child's write fails with
/// `BrokenPipe`. Dropping the child kills it.
///
/// # Errors
///
/// This process has other threads, or the kernel refuses a pipe or a process.
///
/// # Examples
///
/// ```standalone_crate
/// use ch04_ipc::stage::start_stage;
/// use std::io::{self, Write};
///
/// let (mut branch, pipe) = start_stage(|mut to| to.write_all(b"120"))?;
/// assert_eq!(io::read_to_string(pipe)?, "120");
/// assert!(branch.wait()?.success());
///
/// let (mut branch, pipe) = start_stage(|mut to| {
///     while to.write_all(b"all of it. ").is_ok() {}
///     io::Result::Ok(())
/// })?;
/// drop(pipe);
/// assert!(branch.wait()?.success());
/// # io::Result::Ok(())
/// ```
pub fn start_stage<E>(
    work: impl FnOnce(PipeWriter) -> Result<(), E>,
) -> io::Result<(ForkedChild, PipeReader)> {
    let (reader, writer) = io::pipe()?;
    let mut reader = Some(reader);
    let child = ForkedChild::start(|| {
        // The child's copy: else it would not be told that nobody reads.
        drop(reader.take());
        i32::from(work(writer).is_err())
    })?;
    Ok((child, reader.expect("the child closed its own copy")))
}
