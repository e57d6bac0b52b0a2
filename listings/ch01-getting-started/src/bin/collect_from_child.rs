//! A child process counts; its answer comes back through a pipe.

use ch01_getting_started::fork::ForkedChild;
use std::io::{self, Read, Write};

/// The status codes of an access log.
fn statuses() -> impl Iterator<Item = u32> {
    (0..1000).map(|i| if i * 7919 % 100 < 5 { 404 } else { 200 })
}

fn main() -> io::Result<()> {
    let (mut answer, mut to_parent) = io::pipe()?;
    let child = ForkedChild::start(move || {
        let missing = statuses().filter(|&status| status == 404).count();
        write!(to_parent, "{missing}").expect("the pipe has a reader");
        0
    })?;

    // The parent's `to_parent` went with the closure. Were it still open,
    // this would wait for more after the child has written.
    let mut missing = String::new();
    answer.read_to_string(&mut missing)?;
    println!("child: {}", child.wait()?);
    println!("parent: {missing} pages were missing");
    Ok(())
}
