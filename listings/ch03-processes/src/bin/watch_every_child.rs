//! Ten children end, and each end is seen, by its pidfd.

use ch03_processes::pidfd::{WatchedChild, ready};
use rustix::process::Signal;
use std::io;
use std::os::fd::AsFd;
use std::process::Command;
use std::time::{Duration, Instant};

fn main() -> io::Result<()> {
    let mut running = Vec::new();
    for _ in 0..10 {
        running.push(WatchedChild::spawn(&mut Command::new("true"))?);
    }
    let mut over = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !running.is_empty() {
        let all: Vec<_> = running.iter().map(AsFd::as_fd).collect();
        let mut ended = ready(&all, Some(deadline))?.into_iter();
        assert!(Instant::now() < deadline, "a child hangs");
        over.extend(running.extract_if(.., |_| ended.next() == Some(true)));
    }
    for child in &mut over {
        assert!(child.wait()?.success());
        // Reaped: the number may be another's, the pidfd never is.
        let error = child.signal(Signal::TERM).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ESRCH));
    }
    println!("ends seen: {}", over.len());
    Ok(())
}
