//! A sample: what it waits for never comes, and its socket has a time-out.
//@ twin: none (a sample)

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::time::Duration;

fn main() -> std::io::Result<()> {
    let (mut near, far) = UnixStream::pair()?;
    near.set_read_timeout(Some(Duration::from_millis(400)))?;
    let late = near.read(&mut [0]).expect_err("nobody writes");
    println!("{:?}", late.kind());
    drop(far);
    Ok(())
}
