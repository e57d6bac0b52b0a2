//! A pool of threads behind a bounded queue, for jobs that wait.
//!
//! Python has it as `concurrent.futures.ThreadPoolExecutor`, whose queue is
//! not bounded.

use crossbeam::channel::{
    Receiver, RecvTimeoutError, SendTimeoutError, Sender, TrySendError,
    bounded, select_biased, unbounded,
};
use std::any::Any;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::Duration;

type Job<T> = Box<dyn FnOnce() -> T + Send>;

// ANCHOR: pool
/// Threads that run jobs. A job has an id of the caller's choice, and for
/// each job that the pool has taken exactly one [`Done`] comes, once a worker
/// is free to report it; if all are stuck for good, those that wait are never
/// reported.
///
/// Dropping the pool is [`stop`](Self::stop), and then a wait for the jobs
/// that run. One that never ends makes that wait last for ever, so give each
/// job a time-out of its own; or see [`join_timeout`](Self::join_timeout). A
/// job must not own the pool that runs it.
#[derive(Debug)]
pub struct WorkerPool<K, T> {
    /// Gone once the pool is closed.
    jobs: Option<Sender<(K, Job<T>)>>,
    results: Receiver<Done<K, T>>,
    /// Nothing is ever sent: that the sender is gone is the message.
    stop: Option<Sender<Infallible>>,
    /// Disconnected when the last worker has ended.
    workers_alive: Receiver<Infallible>,
    workers: Vec<JoinHandle<()>>,
    most_queued: AtomicUsize,
}

/// What became of a job.
#[derive(Debug)]
pub struct Done<K, T> {
    /// The id that the job was submitted with.
    pub id: K,
    /// What it returned, or why it did not.
    pub result: Result<T, Unfinished>,
}

/// Why a job returned nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// It panicked, with this message. Its worker goes on.
    Panicked(String),
    /// The pool was stopped before the job's turn came.
    Abandoned,
}
// ANCHOR_END: pool

/// Why a job was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The queue is full, or was so for the time given.
    Full,
    /// The pool has been closed or stopped.
    Closed,
}

impl<K: Send + 'static, T: Send + 'static> WorkerPool<K, T> {
    /// Starts `workers` threads, each by the name of "pool worker", with room
    /// for `queue` jobs that wait for one. With no room at all a job is handed
    /// over only to a worker that is waiting for it.
    ///
    /// # Errors
    ///
    /// The system refuses a thread. Those already started are ended.
    ///
    /// # Panics
    ///
    /// There are no workers: every job would wait for ever.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::worker_pool::WorkerPool;
    ///
    /// let mut pool = WorkerPool::new(2, 8)?;
    /// for n in 1..=3 {
    ///     pool.submit(n, move || n * n)?;
    /// }
    /// pool.close();
    /// let mut squares = [0; 4];
    /// for done in pool.results() {
    ///     squares[done.id] = done.result?;
    /// }
    /// assert_eq!(squares, [0, 1, 4, 9]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(workers: usize, queue: usize) -> io::Result<Self> {
        assert!(workers > 0, "a pool needs a worker");
        let (jobs, queue) = bounded(queue);
        // Not bounded: a caller who submits all before it reads a result
        // would wait for workers that wait for it.
        let (done, results) = unbounded();
        let (stop, stopped) = bounded(0);
        let (alive, workers_alive) = bounded(0);
        let mut pool = WorkerPool {
            jobs: Some(jobs),
            results,
            stop: Some(stop),
            workers_alive,
            workers: Vec::new(),
            most_queued: AtomicUsize::new(0),
        };
        for _ in 0..workers {
            let worker = Worker {
                queue: queue.clone(),
                done: done.clone(),
                stopped: stopped.clone(),
                _alive: alive.clone(),
            };
            let thread = thread::Builder::new().name("pool worker".into());
            pool.workers.push(thread.spawn(move || worker.run())?);
        }
        Ok(pool)
    }

    // ANCHOR: submit
    /// Queues `job`. While the queue is full this waits, without a limit, as
    /// long as no worker comes free.
    ///
    /// # Errors
    ///
    /// [`Refused::Closed`]; the job is dropped.
    pub fn submit(
        &self,
        id: K,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(), Refused> {
        let jobs = self.jobs.as_ref().ok_or(Refused::Closed)?;
        let sent = jobs.send((id, Box::new(job)));
        self.note_depth();
        sent.map_err(|_| Refused::Closed)
    }

    /// Takes no more jobs. Those that wait are still run, and then the
    /// workers end. Does not wait.
    pub fn close(&mut self) {
        self.jobs = None;
    }

    /// The results, in the order in which the jobs end. When the pool is
    /// closed or stopped, and all have come, the channel is disconnected: a
    /// loop over it ends. Before that it waits; `recv_timeout` has a limit.
    /// Each result goes to one receiver, so keep to one.
    pub fn results(&self) -> Receiver<Done<K, T>> {
        self.results.clone()
    }
    // ANCHOR_END: submit

    /// As [`submit`](Self::submit), but waits at most for `timeout`; with
    /// zero, not at all.
    ///
    /// # Errors
    ///
    /// [`Refused::Full`] or [`Refused::Closed`]; the job is dropped.
    pub fn submit_timeout(
        &self,
        id: K,
        job: impl FnOnce() -> T + Send + 'static,
        timeout: Duration,
    ) -> Result<(), Refused> {
        let jobs = self.jobs.as_ref().ok_or(Refused::Closed)?;
        let message: (K, Job<T>) = (id, Box::new(job));
        let sent = match timeout {
            Duration::ZERO => jobs.try_send(message).map_err(|e| match e {
                TrySendError::Full(_) => Refused::Full,
                TrySendError::Disconnected(_) => Refused::Closed,
            }),
            timeout => {
                jobs.send_timeout(message, timeout).map_err(|e| match e {
                    SendTimeoutError::Timeout(_) => Refused::Full,
                    SendTimeoutError::Disconnected(_) => Refused::Closed,
                })
            }
        };
        self.note_depth();
        sent
    }

    /// The greatest number of jobs seen in the queue, right after one was
    /// put there.
    pub fn most_queued(&self) -> usize {
        self.most_queued.load(Relaxed)
    }

    /// Takes no more jobs, and abandons those that wait; those that run are
    /// finished. Does not wait.
    pub fn stop(&mut self) {
        // In this order: once a worker sees the stop, no job can come in
        // behind those that it abandons.
        self.close();
        self.stop = None;
    }

    /// Stops, and waits at most for `timeout` until the jobs that run have
    /// ended. The threads are not joined.
    ///
    /// # Errors
    ///
    /// Some are still running. Their threads go on, and nobody joins them.
    pub fn join_timeout(mut self, timeout: Duration) -> Result<(), StillBusy> {
        self.stop();
        let ended = self.workers_alive.recv_timeout(timeout);
        // Not joined: a worker that has ended its last job may still drop
        // what jobs have left in a `thread_local!`, without a limit.
        self.workers.clear();
        match ended {
            Err(RecvTimeoutError::Disconnected) => Ok(()),
            Err(RecvTimeoutError::Timeout) => Err(StillBusy),
            Ok(never) => match never {},
        }
    }

    fn note_depth(&self) {
        let depth = self.jobs.as_ref().map_or(0, Sender::len);
        // A statistic: it orders nothing.
        self.most_queued.fetch_max(depth, Relaxed);
    }
}

impl<K, T> Drop for WorkerPool<K, T> {
    fn drop(&mut self) {
        self.jobs = None;
        self.stop = None;
        for worker in self.workers.drain(..) {
            // No job's panic gets here.
            let _ = worker.join();
        }
    }
}

// ANCHOR: worker
/// What a worker's thread owns. Its ends of the channels go with it.
struct Worker<K, T> {
    queue: Receiver<(K, Job<T>)>,
    done: Sender<Done<K, T>>,
    stopped: Receiver<Infallible>,
    _alive: Sender<Infallible>,
}

impl<K, T> Worker<K, T> {
    fn run(self) {
        loop {
            // Biased: the fair `select!` would now and then take one more
            // job although the pool is stopped.
            select_biased! {
                recv(self.stopped) -> _ => break,
                recv(self.queue) -> message => match message {
                    Ok((id, job)) => self.report(id, guarded(job)),
                    Err(_) => return, // closed, and all are taken
                },
            }
        }
        for (id, job) in self.queue.try_iter() {
            // What a job owns may panic when it is dropped.
            let _ = guarded(|| drop(job));
            self.report(id, Err(Unfinished::Abandoned));
        }
    }

    fn report(&self, id: K, result: Result<T, Unfinished>) {
        // The pool has a receiver for as long as it has workers to join;
        // without it nobody wants to know.
        let _ = self.done.send(Done { id, result });
    }
}

/// Runs `job`. What it owned is gone if it panics. What it shared stays as the
/// panic left it: a std lock is poisoned, but an atomic, a parking_lot lock or
/// a `thread_local!` of this worker tells nobody. That is the job's to answer
/// for, as it would be in `thread::spawn`; only the thread-local would have
/// ended with its thread.
fn guarded<T>(job: impl FnOnce() -> T) -> Result<T, Unfinished> {
    catch_unwind(AssertUnwindSafe(job))
        .map_err(|payload| Unfinished::Panicked(message_of(payload)))
}
// ANCHOR_END: worker

fn message_of(payload: Box<dyn Any + Send>) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return (*text).into();
    }
    if let Some(text) = payload.downcast_ref::<String>() {
        return text.clone();
    }
    // Its destructor might panic as well, and end the worker.
    mem::forget(payload);
    "(no message)".into()
}

/// Jobs of a pool run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StillBusy;

impl fmt::Display for StillBusy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        "jobs are still running".fmt(f)
    }
}

impl Error for StillBusy {}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(message) => write!(f, "broke off: {message}"),
            Self::Abandoned => "abandoned".fmt(f),
        }
    }
}

impl Error for Unfinished {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => "the queue is full".fmt(f),
            Self::Closed => "the pool is closed".fmt(f),
        }
    }
}

impl Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;
    use std::panic::panic_any;
    use std::sync::{Arc, Barrier};

    const PATIENCE: Duration = Duration::from_secs(20);

    /// A pool of one worker, which is in a job until the sender is dropped.
    fn busy(queue: usize) -> (WorkerPool<u32, u32>, Sender<()>) {
        let pool = WorkerPool::new(1, queue).unwrap();
        let (begin, begun) = bounded(0);
        let (go_on, wait) = bounded::<()>(0);
        pool.submit(0, move || {
            begin.send(()).unwrap();
            let _ = wait.recv_timeout(PATIENCE);
            0
        })
        .unwrap();
        begun.recv_timeout(PATIENCE).unwrap();
        (pool, go_on)
    }

    #[test]
    fn a_full_queue_refuses() {
        let (pool, go_on) = busy(2);
        let offer = |id| pool.submit_timeout(id, move || id, Duration::ZERO);
        assert_eq!(
            [offer(1), offer(2), offer(3)],
            [Ok(()), Ok(()), Err(Refused::Full)]
        );
        let moment = Duration::from_millis(5);
        assert_eq!(pool.submit_timeout(3, || 3, moment), Err(Refused::Full));
        assert_eq!(pool.most_queued(), 2);
        drop(go_on);
    }

    #[test]
    fn close_runs_what_waits() {
        let (mut pool, go_on) = busy(2);
        pool.submit(1, || 1).unwrap();
        pool.close();
        assert_eq!(pool.submit(2, || 2), Err(Refused::Closed));
        drop(go_on);
        let all: Vec<_> = pool.results().iter().map(|d| d.result).collect();
        assert_eq!(all, [Ok(0), Ok(1)]);
    }

    #[test]
    fn stop_abandons_what_waits_and_tells_of_each() {
        let (mut pool, go_on) = busy(3);
        let shared = Arc::new(());
        for id in 1..=3 {
            let shared = Arc::clone(&shared);
            pool.submit(id, move || Arc::strong_count(&shared) as u32)
                .unwrap();
        }
        pool.close();
        pool.stop();
        drop(go_on);
        let all: Vec<_> = pool.results().iter().map(|d| d.result).collect();
        let abandoned = Err(Unfinished::Abandoned);
        assert_eq!(all[0], Ok(0));
        assert_eq!(all[1..], vec![abandoned; 3]);
        assert_eq!(Arc::strong_count(&shared), 1, "a job was kept");
    }

    #[test]
    fn panics_leave_all_workers() {
        struct PanicsWhenDropped;
        impl Drop for PanicsWhenDropped {
            fn drop(&mut self) {
                panic!("in a destructor");
            }
        }
        let mut pool = WorkerPool::new(2, 8).unwrap();
        pool.submit(0, || panic!("plain")).unwrap();
        // Else the compiler makes a `&str` of the message.
        let n = black_box(2);
        pool.submit(1, move || panic!("{n} args")).unwrap();
        pool.submit(2, || panic_any(PanicsWhenDropped)).unwrap();
        // Two jobs that need both workers at once.
        let barrier = Arc::new(Barrier::new(2));
        for id in [3, 4] {
            let barrier = Arc::clone(&barrier);
            pool.submit(id, move || {
                barrier.wait();
            })
            .unwrap();
        }
        pool.close();
        let mut all: Vec<_> = pool.results().iter().collect();
        all.sort_by_key(|done| done.id);
        let panicked = |what: &str| Err(Unfinished::Panicked(what.into()));
        let expected = [
            panicked("plain"),
            panicked("2 args"),
            panicked("(no message)"),
            Ok(()),
            Ok(()),
        ];
        assert!(all.into_iter().map(|done| done.result).eq(expected));
    }

    #[test]
    fn a_job_that_does_not_end_is_left_behind() {
        let (pool, go_on) = busy(0);
        let moment = Duration::from_millis(5);
        assert_eq!(pool.join_timeout(moment), Err(StillBusy));
        drop(go_on);
        let (pool, go_on) = busy(0);
        drop(go_on);
        assert_eq!(pool.join_timeout(PATIENCE), Ok(()));
    }
}
