//! A [`ProcessPool`] for a program with threads: a fork server's job is a
//! process with one thread, and the pool forks there.

use crate::fork_server::ForkServer;
use crate::frame::{Frames, Rubbish, decode, encode};
use crate::process_pool::{Error, ProcessPool};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};
use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// In the frame that says why a call ended early.
const NO_TASK: u64 = u64::MAX;

/// A process that has a pool made for each call. Dropping this ends it, and
/// the calls that still run.
#[derive(Debug)]
pub struct PoolServer<T, R> {
    server: ForkServer,
    types: PhantomData<fn(&T) -> R>,
}

impl<T, R> PoolServer<T, R>
where
    T: Serialize + DeserializeOwned,
    R: Serialize + DeserializeOwned,
{
    /// Forks the server, to be called while this process has one thread. It
    /// keeps copies of `pool` and of `f`, with all that `f` has captured.
    ///
    /// # Errors
    ///
    /// As for [`ForkServer::start`].
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::pool_server::PoolServer;
    /// use ch03_processes::process_pool::ProcessPool;
    /// use std::process;
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// let inverse = |&n: &i32| if n == 0 { process::exit(3) } else { 60 / n };
    /// let pools = PoolServer::start(ProcessPool::new(2), inverse)?;
    /// let limit = Duration::from_secs(20);
    /// let call = || pools.map(&[4, 0, 5], limit);
    /// let results = thread::scope(|s| s.spawn(call).join().unwrap())?;
    /// let exited = Err("exited with 3".to_owned());
    /// assert_eq!(results, [Ok(15), exited, Ok(12)]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(
        pool: ProcessPool<'_>,
        f: impl Fn(&T) -> R,
    ) -> io::Result<Self> {
        let server = ForkServer::start(|_, sent| {
            let line = sent.into_iter().next().map(UnixStream::from);
            let served = line.map(|line| serve(line, &pool, &f));
            i32::from(!matches!(served, Some(Ok(()))))
        })?;
        Ok(PoolServer {
            server,
            types: PhantomData,
        })
    }

    /// The results of all items, in their order, or how the second worker of
    /// an item died. Several threads may call this at the same time: each
    /// call has a pool of its own.
    ///
    /// # Errors
    ///
    /// Nothing came for as long as `limit` (`WouldBlock`), say because the
    /// job is stopped: its processes are killed. A signal handler that runs
    /// meanwhile starts that time anew. The fork server has a time of its
    /// own to take the call, ten seconds: see [`ForkServer::submit`]. Or the
    /// job or the fork server has died (`UnexpectedEof`, `BrokenPipe`,
    /// `ConnectionReset`). Or the pool gave up, or `limit` is 0
    /// (`InvalidInput`).
    ///
    /// With a [deadline](ProcessPool::deadline) in the pool, `limit` is to be
    /// longer than two of it, and than the longest task: until the second
    /// run of a task that hangs is given up, nothing may come. Where CPUs are
    /// short, longer than four.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::pool_server::PoolServer;
    /// use ch03_processes::process_pool::ProcessPool;
    /// use nix::sys::signal::{Signal, kill};
    /// use nix::unistd::getppid;
    /// use std::io::ErrorKind;
    /// use std::time::Duration;
    ///
    /// // A worker's parent is the job.
    /// let break_job = |signal: &Option<i32>| {
    ///     let signal = signal.and_then(|n| Signal::try_from(n).ok());
    ///     kill(getppid(), signal).is_ok()
    /// };
    /// let pools = PoolServer::start(ProcessPool::new(2), break_job)?;
    /// let limit = Duration::from_millis(300);
    /// let stopped = pools.map(&[Some(libc::SIGSTOP)], limit).unwrap_err();
    /// assert_eq!(stopped.kind(), ErrorKind::WouldBlock);
    /// let limit = Duration::from_secs(20);
    /// let killed = pools.map(&[Some(libc::SIGKILL)], limit).unwrap_err();
    /// assert_eq!(killed.kind(), ErrorKind::UnexpectedEof);
    /// // The next call has a job of its own, and may be a large one.
    /// let many = vec![None; 100_000];
    /// assert_eq!(pools.map(&many, limit)?, vec![Ok(true); 100_000]);
    /// # std::io::Result::Ok(())
    /// ```
    // ANCHOR: map
    pub fn map(
        &self,
        items: &[T],
        limit: Duration,
    ) -> io::Result<Vec<Result<R, String>>> {
        let (mut line, far_end) = UnixStream::pair()?;
        line.set_write_timeout(Some(limit))?;
        line.set_read_timeout(Some(limit))?;
        // Dropping it before its end, in an error's case, has it killed.
        let mut job = self.server.submit(b"", &[far_end.as_fd()])?;
        // Else the end of the job would not be the end of the line.
        drop(far_end);

        let mut frame = Vec::new();
        encode(NO_TASK, items, &mut frame).map_err(rubbish)?;
        line.write_all(&frame)?;

        let mut results: Vec<_> = items.iter().map(|_| None).collect();
        let mut frames = Frames::default();
        for _ in items {
            let (task, result) = receive(&mut line, &mut frames)?;
            match (results.get_mut(task as usize), result) {
                (Some(place @ None), result) => *place = Some(result),
                (None, Err(why)) => return Err(io::Error::other(why)),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        // It has its workers to reap yet.
        match job.wait_timeout(limit)? {
            Some(_) => Ok(results.into_iter().flatten().collect()),
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
    // ANCHOR_END: map
}

// ANCHOR: serve
/// The job: all items come first, and then all results go back, so that the
/// two sides never wait for each other to read.
fn serve<T, R>(
    mut line: UnixStream,
    pool: &ProcessPool<'_>,
    f: impl Fn(&T) -> R,
) -> io::Result<()>
where
    T: DeserializeOwned,
    R: Serialize + DeserializeOwned,
{
    let (_, items): (u64, Vec<T>) = receive(&mut line, &mut Frames::default())?;
    let mut send = |task: u64, result: Result<R, String>| {
        let mut frame = Vec::new();
        encode(task, &result, &mut frame).map_err(rubbish)?;
        line.write_all(&frame)
    };
    let results = match pool.imap_unordered(&items, f) {
        Ok(results) => results,
        Err(error) => return send(NO_TASK, Err(error.to_string())),
    };
    for result in results {
        match result {
            Ok((task, value)) => send(task as u64, Ok(value))?,
            Err(Error::Task { task, death, .. }) => {
                send(task as u64, Err(death.to_string()))?;
            }
            Err(error) => send(NO_TASK, Err(error.to_string()))?,
        }
    }
    Ok(())
}
// ANCHOR_END: serve

/// The next value on the line, and the task that it belongs to.
fn receive<V: DeserializeOwned>(
    line: &mut UnixStream,
    frames: &mut Frames,
) -> io::Result<(u64, V)> {
    let mut bytes = [0; 4096];
    loop {
        if let Some(frame) = frames.next().map_err(rubbish)? {
            let value = decode(frame.payload).map_err(rubbish)?;
            return Ok((frame.task, value));
        }
        match line.read(&mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => frames.push(&bytes[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn rubbish(error: Rubbish) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
