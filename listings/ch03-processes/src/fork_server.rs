//! A clean process, forked before the first thread starts, that forks for a
//! program with threads.
//!
//! Python has it as the start method `forkserver`. Like Python's, this server
//! ignores SIGINT, which Ctrl-C sends to all that the terminal has in the
//! foreground; a job does with it what the program did at the start.

use crate::fork::ForkedChild;
use crate::pidfd::ready;
use nix::sys::signal::{
    SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction,
};
use nix::unistd::{Pid, getpid};
use rustix::cmsg_space;
use rustix::io::retry_on_intr;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags,
    ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    SocketFlags, SocketType, recvmsg, send, sendmsg, shutdown, socketpair,
};
use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// No request has more bytes.
pub const MAX_REQUEST: usize = 64 * 1024;
/// No request has more descriptors.
pub const MAX_DESCRIPTORS: usize = 16;

/// How long a request waits for a server that reads none.
const SEND_LIMIT: Duration = Duration::from_secs(10);

/// The descriptors of a request, and the line for its end.
const MAX_SENT: usize = MAX_DESCRIPTORS + 1;

/// A process that forks a child for each request. Dropping this ends it, and
/// all children that it still has.
#[derive(Debug)]
pub struct ForkServer {
    socket: OwnedFd,
    server: ForkedChild,
    /// A copy of this, in a child forked later, has nothing to end.
    maker: Pid,
}

/// A child of the fork server. Dropping this kills it.
#[derive(Debug)]
pub struct Job {
    line: UnixStream,
    status: Option<ExitStatus>,
    /// A copy of this, in a child forked later, has nothing to kill.
    maker: Pid,
}

impl ForkServer {
    /// Forks the server, to be called while this process has one thread.
    ///
    /// Each job is a copy of the server in which `work` is called with the
    /// request and its descriptors; what it returns is the exit status, as a
    /// panic makes 101. What `work` owns is there in each job, without
    /// loading it again, and what one job changes, no other sees.
    ///
    /// The kernel kills the server when the thread that called this ends, and
    /// the jobs with it: see [`ForkedChild::start`].
    ///
    /// # Errors
    ///
    /// The process has other threads already, or the system refuses a process
    /// or a descriptor.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork_server::ForkServer;
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// let server = ForkServer::start(|request, _| request.len() as i32)?;
    /// thread::scope(|s| {
    ///     s.spawn(|| {
    ///         let mut job = server.submit(b"seven b", &[])?;
    ///         let ended = job.wait_timeout(Duration::from_secs(10))?;
    ///         assert_eq!(ended.unwrap().code(), Some(7));
    ///         std::io::Result::Ok(())
    ///     }).join().unwrap()
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start(
        work: impl Fn(&[u8], Vec<OwnedFd>) -> i32,
    ) -> io::Result<ForkServer> {
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            // Keeps messages apart, so that threads may send at once.
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        set_socket_timeout(&ours, Timeout::Send, Some(SEND_LIMIT))?;
        let mut ours = Some(ours);
        let server = ForkedChild::start(|| {
            // With a copy of it in the server, no end would ever be seen.
            drop(ours.take());
            let ignore = SigAction::new(
                SigHandler::SigIgn,
                SaFlags::empty(),
                SigSet::empty(),
            );
            let server = Server {
                socket: Some(theirs),
                running: Vec::new(),
                on_ctrl_c: set_on_ctrl_c(&ignore),
            };
            server.serve(&work)
        })?;
        Ok(ForkServer {
            socket: ours.expect("only the server took its copy"),
            server,
            maker: getpid(),
        })
    }

    // ANCHOR: submit
    /// Starts a job. It gets copies of `descriptors`, in this order.
    ///
    /// # Errors
    ///
    /// The request is too large, the server has died (`BrokenPipe`,
    /// `ConnectionReset`), or has read nothing for ten seconds
    /// (`WouldBlock`).
    pub fn submit(
        &self,
        request: &[u8],
        descriptors: &[BorrowedFd<'_>],
    ) -> io::Result<Job> {
        if request.len() > MAX_REQUEST || descriptors.len() > MAX_DESCRIPTORS {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let (line, far_end) = UnixStream::pair()?;
        let mut sent = vec![far_end.as_fd()];
        sent.extend_from_slice(descriptors);
        let mut space =
            [MaybeUninit::uninit(); cmsg_space!(ScmRights(MAX_SENT))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let fits = control.push(SendAncillaryMessage::ScmRights(&sent));
        assert!(fits, "the count was checked");
        // Descriptors travel with data: one byte, for the empty request.
        let parts = [IoSlice::new(b"J"), IoSlice::new(request)];
        // NOSIGNAL: a server that has died is an error and no SIGPIPE.
        let flags = SendFlags::NOSIGNAL;
        retry_on_intr(|| sendmsg(&self.socket, &parts, &mut control, flags))?;
        Ok(Job {
            line,
            status: None,
            maker: getpid(),
        })
    }
    // ANCHOR_END: submit
}

impl Drop for ForkServer {
    fn drop(&mut self) {
        if self.maker == getpid() {
            // The end of file tells the server, also if a process forked
            // since has a copy of the socket. One that does not heed it is
            // killed by `ForkedChild`.
            let _ = shutdown(&self.socket, rustix::net::Shutdown::Both);
            let _ = self.server.wait_timeout(Duration::from_secs(1));
        }
    }
}

// ANCHOR: job
impl Job {
    /// Waits for the job's end. One that hangs makes this hang.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof`: the fork server has died, and the kernel is killing
    /// the job, which may run for a moment longer. Or the server could not
    /// start the job.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let ended = self.wait_for(None)?;
        Ok(ended.expect("without a limit it waits for the end"))
    }

    /// Waits for `time` at most; `None` says that the job has not ended.
    ///
    /// # Errors
    ///
    /// As for [`wait`](Job::wait).
    pub fn wait_timeout(
        &mut self,
        time: Duration,
    ) -> io::Result<Option<ExitStatus>> {
        // A limit of 0 would be none.
        self.wait_for(Some(time.max(Duration::from_micros(1))))
    }

    /// Has the job killed by its parent, the fork server. Wait for its end
    /// as for any other.
    ///
    /// # Errors
    ///
    /// None that matters: the line was cut already.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use ch03_processes::fork_server::ForkServer;
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// let server = ForkServer::start(|request, _| match request {
    ///     b"sleep" => loop { thread::park() },
    ///     _ => panic!("of this job alone"),
    /// })?;
    /// let mut job = server.submit(b"sleep", &[])?;
    /// assert_eq!(job.wait_timeout(Duration::from_millis(1))?, None);
    /// job.kill()?;
    /// let ended = job.wait_timeout(Duration::from_secs(10))?;
    /// assert_eq!(ended.unwrap().to_string(), "signal: 9 (SIGKILL)");
    ///
    /// let mut job = server.submit(b"", &[])?;
    /// let ended = job.wait_timeout(Duration::from_secs(10))?;
    /// assert_eq!(ended.unwrap().code(), Some(101));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn kill(&self) -> io::Result<()> {
        self.line.shutdown(Shutdown::Write)
    }
    // ANCHOR_END: job

    fn wait_for(
        &mut self,
        limit: Option<Duration>,
    ) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.line.set_read_timeout(limit)?;
            let mut raw = [0; 4];
            match self.line.read_exact(&mut raw) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(None);
                }
                read => read?,
            }
            self.status = Some(ExitStatus::from_raw(i32::from_ne_bytes(raw)));
        }
        Ok(self.status)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.maker == getpid() {
            // To close it would not do: a process forked since has a copy.
            let _ = self.line.shutdown(Shutdown::Both);
        }
    }
}

// ANCHOR: server
/// What the forked server process has.
struct Server {
    socket: Option<OwnedFd>,
    running: Vec<(ForkedChild, UnixStream)>,
    /// What a job does on SIGINT, which the server ignores.
    on_ctrl_c: SigAction,
}

impl Server {
    fn serve(mut self, work: &impl Fn(&[u8], Vec<OwnedFd>) -> i32) -> i32 {
        loop {
            let socket = self.socket.as_ref().expect("only a job drops it");
            let mut all = vec![socket.as_fd()];
            for (job, line) in &self.running {
                all.extend([job.as_fd(), line.as_fd()]);
            }
            let ready = ready(&all, None).expect("poll");
            let ended = ready[1..].chunks(2);
            self.running = self
                .running
                .drain(..)
                .zip(ended)
                .filter_map(|(job, ready)| keep(job, ready[0], ready[1]))
                .collect();
            if ready[0] {
                match receive(socket).expect("recvmsg") {
                    Received::Request(request, sent) => {
                        self.start(work, &request, sent)
                    }
                    // Its line is closed, which tells the program.
                    Received::Cut => {}
                    // The program has ended: dropping the jobs kills them.
                    Received::End => return 0,
                }
            }
        }
    }

    fn start(
        &mut self,
        work: &impl Fn(&[u8], Vec<OwnedFd>) -> i32,
        request: &[u8],
        sent: Vec<OwnedFd>,
    ) {
        let mut sent = sent.into_iter();
        // `submit` sends it first.
        let mut line = sent.next().map(UnixStream::from);
        let job = ForkedChild::start(|| {
            // A job keeps no end of another's lines, nor of the socket.
            drop((self.socket.take(), line.take()));
            self.running.clear();
            set_on_ctrl_c(&self.on_ctrl_c);
            work(request, sent.collect())
        });
        // Else the line is closed, which tells the program.
        if let (Ok(job), Some(line)) = (job, line) {
            self.running.push((job, line));
        }
    }
}
// ANCHOR_END: server

/// Reports a job that has ended; kills one whose line was cut.
fn keep(
    (mut job, line): (ForkedChild, UnixStream),
    ended: bool,
    cut: bool,
) -> Option<(ForkedChild, UnixStream)> {
    if !ended && cut {
        let _ = job.kill();
    }
    if !ended && !cut {
        return Some((job, line));
    }
    if let Ok(status) = job.wait() {
        let status = status.into_raw().to_ne_bytes();
        // Four bytes into an empty line: they fit, or nobody reads.
        let _ = retry_on_intr(|| send(&line, &status, SendFlags::NOSIGNAL));
    }
    None
}

/// Has this process do so on SIGINT; what it did before.
fn set_on_ctrl_c(action: &SigAction) -> SigAction {
    // SAFETY: `action` ignores the signal, or was in force before, in the
    // process that this one is a copy of.
    unsafe { sigaction(Signal::SIGINT, action) }.expect("it can be caught")
}

enum Received {
    /// A request and what came with it.
    Request(Vec<u8>, Vec<OwnedFd>),
    /// No descriptor was left for all that came with it.
    Cut,
    /// The end of file.
    End,
}

fn receive(socket: &OwnedFd) -> io::Result<Received> {
    let mut bytes = vec![0; 1 + MAX_REQUEST];
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(MAX_SENT))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC;
    let message = retry_on_intr(|| {
        let mut parts = [IoSliceMut::new(&mut bytes)];
        recvmsg(socket, &mut parts, &mut control, flags)
    })?;
    // Owned at once: whatever happens next, they are closed.
    let mut sent = Vec::new();
    for part in control.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = part {
            sent.extend(descriptors);
        }
    }
    if message.bytes == 0 {
        return Ok(Received::End);
    }
    let cut = ReturnFlags::TRUNC | ReturnFlags::CTRUNC;
    if message.flags.intersects(cut) || sent.is_empty() {
        return Ok(Received::Cut);
    }
    bytes.truncate(message.bytes);
    bytes.remove(0);
    Ok(Received::Request(bytes, sent))
}
