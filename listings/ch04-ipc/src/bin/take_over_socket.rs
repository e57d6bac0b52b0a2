//! A server is killed. The next one takes its socket over; a third does not,
//! since the second lives.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::server::{Rules, Server};
use nix::sys::signal::{Signal, raise};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = home.path().join("jobs");
    let mut first = ForkedChild::start(|| {
        let _server = Server::bind(&socket, Rules::default());
        i32::from(raise(Signal::SIGKILL).is_err())
    })?;
    println!("the first server: {}", first.wait()?);
    println!("its socket is there: {}", socket.exists());

    let second = Server::bind(&socket, Rules::default())?;
    println!("the second server is there");
    let why = Server::bind(&socket, Rules::default()).unwrap_err();
    println!("a third: {why}");
    drop(second);
    println!("its socket is there: {}", socket.exists());
    Ok(())
}
