//! Waits for a peer that is alive and has not used the queue yet.

use super::{Error, LIMIT, Queue};
use ch03_processes::fork::ForkedChild;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::io;
use std::thread;
use std::time::Duration;

/// Longer than from one look at the others to the next.
const LATE: Duration = Duration::from_millis(250);

/// Whoever waits is not told that all others are dead while one is alive that
/// is hard to see: how often.
///
/// # Errors
///
/// What was not as the queue promises.
pub fn unseen_peers() -> Result<u32, String> {
    let text = |e: Error| e.to_string();
    after_many_children().map_err(|e| format!("300 children: {}", text(e)))?;
    with_many_queues().map_err(|e| format!("100 queues: {}", text(e)))?;
    // Not here: a thread may be seen for a moment after its end, and
    // processes with threads do not fork.
    let mut child = ForkedChild::start(|| i32::from(a_thread().is_err()))
        .map_err(|e| e.to_string())?;
    match child.wait_timeout(LIMIT).map_err(|e| e.to_string())? {
        Some(status) if status.success() => Ok(3),
        status => Err(format!("a thread: {status:?}")),
    }
}

/// A child that puts late.
fn late(queue: &Queue<u32>) -> Result<ForkedChild, Error> {
    Ok(ForkedChild::start(|| {
        thread::sleep(LATE);
        i32::from(queue.put_timeout(&7, LIMIT).is_err())
    })?)
}

fn idle() -> Result<(), Error> {
    ForkedChild::start(|| 0)?.wait()?;
    Ok(())
}

/// More have been forked than there are places, and none of them used it.
fn after_many_children() -> Result<(), Error> {
    let queue = Queue::new(1, 8)?;
    (0..300).try_for_each(|_| idle())?;
    let _late = late(&queue)?;
    queue.get_timeout(LIMIT).map(drop)
}

/// The last of many queues. Another child has used it before, and is dead.
fn with_many_queues() -> Result<(), Error> {
    let queues: Vec<_> = (0..100)
        .map(|_| Queue::new(1, 8))
        .collect::<Result<_, _>>()?;
    let queue = &queues[99];
    ForkedChild::start(|| i32::from(queue.put(&7).is_err()))?.wait()?;
    queue.get()?;
    let _late = late(queue)?;
    queue.get_timeout(LIMIT).map(drop)
}

/// The process has forked once, and the peer is one of its threads. No
/// descriptor is free to look for it.
fn a_thread() -> Result<(), Error> {
    let queue = Queue::new(1, 8)?;
    idle()?;
    let files = Resource::RLIMIT_NOFILE;
    let (_, most) = getrlimit(files).map_err(io::Error::from)?;
    setrlimit(files, 0, most).map_err(io::Error::from)?;
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(LATE);
            queue.put_timeout(&7, LIMIT)
        });
        queue.get_timeout(LIMIT).map(drop)
    })
}
