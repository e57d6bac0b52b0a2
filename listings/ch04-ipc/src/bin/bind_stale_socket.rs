//! A server is killed. Its socket stays, and the next server cannot bind.
//@ exit: 1
//@ repair: take_over_socket

use ch03_processes::fork::ForkedChild;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::os::unix::net::{UnixListener, UnixStream};

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("jobs");
    let mut first = ForkedChild::start(|| {
        let _listener = UnixListener::bind(&socket);
        i32::from(raise(Signal::SIGKILL).is_err())
    })?;
    println!("the first server: {}", first.wait()?);
    println!("its socket is there: {}", socket.exists());
    let why = UnixStream::connect(&socket).unwrap_err();
    println!("a client: {why}");
    let _listener = UnixListener::bind(&socket)?;
    println!("the second server is there");
    Ok(())
}
