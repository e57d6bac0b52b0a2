//! A price service that is slow, and fails as it is told to: a TCP server on
//! this machine, for programs that have to wait for answers. Beside it the
//! client's call, [`fetch`].
//!
//! A client connects, sends `GET 17`, gets `PRICE 17 1799` (item, cents) or
//! `BUSY`, and the connection is closed. Each line ends with `\n`.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest line that either side believes, in bytes.
const LONGEST_LINE: u64 = 64;

/// How long the service waits for a client that says nothing.
const SERVICE_PATIENCE: Duration = Duration::from_secs(5);

/// What the service does about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answers with this price, in cents.
    Price(u32),
    /// Answers that it is overloaded.
    Busy,
    /// Never answers, until the client gives up, or five seconds have passed;
    /// then the connection is closed.
    Silence,
    /// Closes the connection without an answer.
    HangUp,
}

/// A running price service. Dropping it stops it: its threads are joined, its
/// sockets closed. That waits for what is in flight, and for a client that
/// keeps its connection open without a whole request: for five seconds after
/// each byte, of which it has at most 64.
#[derive(Debug)]
pub struct PriceService {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified at every change of `in_flight`, `held` and `stopped`.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Requests that have come and are not answered yet.
    in_flight: usize,
    most_in_flight: usize,
    /// How often each item was asked for.
    tries: HashMap<u32, u32>,
    /// No answer leaves.
    held: bool,
    stopped: bool,
}

impl PriceService {
    /// Starts a service on a free port of the loopback interface. `reply` is
    /// asked what to do, with the item and how many times it has been asked
    /// for, from 1; that is done after `delay`.
    ///
    /// # Errors
    ///
    /// The system refuses the socket or the thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::price_service::{PriceService, Reply, fetch};
    /// use std::time::Duration;
    ///
    /// let delay = Duration::from_millis(1);
    /// let service = PriceService::start(delay, |item, tries| match tries {
    ///     1 => Reply::Busy,
    ///     _ => Reply::Price(100 * item + 99),
    /// })?;
    /// let patience = Duration::from_secs(5);
    /// assert!(fetch(service.address(), 17, patience).is_err());
    /// assert_eq!(fetch(service.address(), 17, patience)?, 1799);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start(
        delay: Duration,
        reply: impl Fn(u32, u32) -> Reply + Send + Sync + 'static,
    ) -> io::Result<PriceService> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let acceptor = thread::Builder::new()
            .name("price service".into())
            .spawn(move || own.accept(&listener, delay, &reply))?;
        Ok(PriceService {
            address,
            shared,
            acceptor: Some(acceptor),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The greatest number of requests that were in flight at once, as the
    /// service sees it: from the request's last byte to just before the
    /// answer's first. One that a client has given up counts until its
    /// connection is closed.
    pub fn most_in_flight(&self) -> usize {
        self.shared.lock().most_in_flight
    }

    /// From now on no answer leaves, until [`release`](Self::release).
    /// Requests are still taken, and count as in flight.
    pub fn hold(&self) {
        self.shared.lock().held = true;
    }

    /// Lets the answers leave again.
    pub fn release(&self) {
        self.shared.lock().held = false;
        self.shared.changed.notify_all();
    }

    /// Waits until `requests` are in flight at once, at most for `timeout`.
    /// Answers whether they are.
    #[must_use]
    pub fn wait_in_flight(&self, requests: usize, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.shared.lock();
        while state.in_flight < requests {
            let left = until(deadline);
            if left.is_zero() {
                return false;
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap().0;
        }
        true
    }
}

impl Drop for PriceService {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_all();
        // `accept` has no time-out: a last connection wakes it. If there can
        // be none, the acceptor is not waited for.
        let second = Duration::from_secs(1);
        let woken = TcpStream::connect_timeout(&self.address, second).is_ok();
        if let Some(acceptor) = self.acceptor.take()
            && (woken || acceptor.is_finished())
        {
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn accept(
        &self,
        listener: &TcpListener,
        delay: Duration,
        reply: &(impl Fn(u32, u32) -> Reply + Sync),
    ) {
        thread::scope(|scope| {
            while let Ok((client, _)) = listener.accept() {
                if self.lock().stopped {
                    break;
                }
                scope.spawn(move || {
                    // What goes wrong on a connection is the client's to see.
                    let _ = self.serve(&client, delay, reply);
                });
            }
        });
    }

    fn serve(
        &self,
        mut client: &TcpStream,
        delay: Duration,
        reply: &(impl Fn(u32, u32) -> Reply + Sync),
    ) -> io::Result<()> {
        client.set_read_timeout(Some(SERVICE_PATIENCE))?;
        client.set_write_timeout(Some(SERVICE_PATIENCE))?;
        let mut line = String::new();
        BufReader::new(client.take(LONGEST_LINE)).read_line(&mut line)?;
        let item = line.strip_prefix("GET ").map(|item| item.trim().parse());
        let Some(Ok(item)) = item else {
            return Err(ErrorKind::InvalidData.into());
        };

        let request = InFlight::new(self, item);
        // Stands for the service's work.
        thread::sleep(delay);
        let reply = reply(item, request.tries);
        let mut state = self.lock();
        while state.held && !state.stopped {
            state = self.changed.wait(state).unwrap();
        }
        drop(state);
        if reply == Reply::Silence {
            // Returns when the client has closed its side.
            let _ = client.read_exact(&mut [0]);
        }

        // Counted out before the client can know, and send another one.
        drop(request);
        match reply {
            Reply::Price(cents) => {
                client.write_all(format!("PRICE {item} {cents}\n").as_bytes())
            }
            Reply::Busy => client.write_all(b"BUSY\n"),
            Reply::Silence | Reply::HangUp => Ok(()),
        }
    }
}

/// A request that is counted as in flight until this is dropped.
struct InFlight<'a> {
    shared: &'a Shared,
    tries: u32,
}

impl<'a> InFlight<'a> {
    fn new(shared: &'a Shared, item: u32) -> Self {
        let mut state = shared.lock();
        let tries = state.tries.entry(item).or_default();
        *tries += 1;
        let tries = *tries;
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        shared.changed.notify_all();
        InFlight { shared, tries }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.shared.lock().in_flight -= 1;
        self.shared.changed.notify_all();
    }
}

/// Why there is no price.
#[derive(Debug)]
pub enum FetchError {
    /// The service says that it is overloaded.
    Busy,
    /// No answer came in time. The service may have done its part.
    TimedOut,
    /// Nobody listens at this address, or not now: a restart, say.
    Refused,
    /// The connection was closed without a whole answer. The service may have
    /// done its part.
    HungUp,
    /// The answer was not one of this protocol's.
    Garbled,
    /// The system says no: there is no way to that address, say.
    Io(io::Error),
}

impl FetchError {
    /// May another try go better? Only for requests that may be done twice;
    /// asking for a price is one.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Busy | Self::TimedOut | Self::Refused | Self::HungUp => true,
            Self::Garbled | Self::Io(_) => false,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => "busy".fmt(f),
            Self::TimedOut => "timed out".fmt(f),
            Self::Refused => "refused".fmt(f),
            Self::HungUp => "hung up".fmt(f),
            Self::Garbled => "garbled answer".fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl Error for FetchError {}

impl From<io::Error> for FetchError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // A read that times out says `WouldBlock` on Unix.
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::TimedOut,
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => Self::HungUp,
            _ => Self::Io(error),
        }
    }
}

// ANCHOR: fetch
/// What is left until `deadline`. There is none if the time-out was longer
/// than an `Instant` can tell.
fn until(deadline: Option<Instant>) -> Duration {
    let left = |d: Instant| d.saturating_duration_since(Instant::now());
    deadline.map_or(Duration::MAX, left)
}

/// Asks the service at `address` for the price of `item`, in cents, and takes
/// at most `timeout` over it: connecting, sending and receiving together.
///
/// # Errors
///
/// No price came in time, or none at all: see [`FetchError`].
pub fn fetch(
    address: SocketAddr,
    item: u32,
    timeout: Duration,
) -> Result<u32, FetchError> {
    let deadline = Instant::now().checked_add(timeout);
    let left = || match until(deadline) {
        Duration::ZERO => Err(FetchError::TimedOut),
        left => Ok(left),
    };
    let mut stream = TcpStream::connect_timeout(&address, left()?)?;
    stream.set_write_timeout(Some(left()?))?;
    stream.write_all(format!("GET {item}\n").as_bytes())?;

    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        // Else a service that sends a byte now and then has no time limit.
        stream.set_read_timeout(Some(left()?))?;
        let mut bytes = [0; LONGEST_LINE as usize];
        match stream.read(&mut bytes) {
            Ok(0) => return Err(FetchError::HungUp),
            Ok(n) => line.extend(&bytes[..n]),
            // With a read time-out a signal ends the call, `SA_RESTART` or
            // not: signal(7).
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if line.len() > bytes.len() {
            return Err(FetchError::Garbled);
        }
    }
    let line = String::from_utf8_lossy(&line);
    match line.split_whitespace().collect::<Vec<_>>()[..] {
        ["BUSY"] => Err(FetchError::Busy),
        ["PRICE", of, cents] if of.parse() == Ok(item) => {
            cents.parse().map_err(|_| FetchError::Garbled)
        }
        _ => Err(FetchError::Garbled),
    }
}
// ANCHOR_END: fetch

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn scripted() -> PriceService {
        PriceService::start(Duration::ZERO, |item, _| match item {
            1 => Reply::Silence,
            2 => Reply::HangUp,
            _ => Reply::Price(item),
        })
        .unwrap()
    }

    #[test]
    fn each_failure_has_its_name() {
        let service = scripted();
        let ask = |item, timeout| fetch(service.address(), item, timeout);
        let short = Duration::from_millis(20);
        assert!(matches!(ask(1, short), Err(FetchError::TimedOut)));
        assert!(matches!(ask(2, PATIENCE), Err(FetchError::HungUp)));
        assert!(matches!(ask(3, PATIENCE), Ok(3)));
        assert!(matches!(ask(3, Duration::MAX), Ok(3)));
        assert!(matches!(ask(3, Duration::ZERO), Err(FetchError::TimedOut)));
        assert!(service.wait_in_flight(0, Duration::MAX));
    }

    #[test]
    fn rubbish_ends_a_connection_and_nothing_else() {
        let service = scripted();
        let mut rude = TcpStream::connect(service.address()).unwrap();
        rude.write_all(&[b'x'; 1000]).unwrap();
        rude.set_read_timeout(Some(PATIENCE)).unwrap();
        // The end of the file, or a reset, since not all was read.
        assert!(matches!(rude.read(&mut [0]), Ok(0) | Err(_)));
        assert!(matches!(fetch(service.address(), 3, PATIENCE), Ok(3)));
    }

    #[test]
    fn what_is_held_is_in_flight() {
        let service = scripted();
        service.hold();
        thread::scope(|s| {
            let call = || fetch(service.address(), 3, PATIENCE);
            let calls = [s.spawn(call), s.spawn(call)];
            assert!(service.wait_in_flight(2, Duration::MAX));
            service.release();
            for call in calls {
                assert!(matches!(call.join().unwrap(), Ok(3)));
            }
        });
        assert_eq!(service.most_in_flight(), 2);
        assert!(!service.wait_in_flight(1, Duration::ZERO));
    }
}
