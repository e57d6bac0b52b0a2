//! Clients that are killed, stop, or send what they should not, at any byte,
//! and servers that are killed, on purpose: the tests of this module, as
//! functions that a program calls, since a test runner has threads and may
//! not fork.

use super::client::connect_before;
use super::{CallError, Client, Refusal, Rules, Server, Tally};
use crate::frames::FrameWriter;
use ch03_processes::fork::ForkedChild;
use ch03_processes::signals::Signals;
use nix::sys::signal::{Signal, kill, raise};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

/// What goes wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    /// The client gets SIGKILL after so many bytes.
    Kill,
    /// It stops there, by SIGSTOP.
    Stop,
    /// It exits there.
    Exit,
    /// It hangs up there, and lives.
    HangUp,
    /// It sends a byte now and then: never a whole request.
    Trickle,
    /// It never reads its answers.
    Deaf,
    /// It sends bytes by chance.
    Rubbish,
    /// It announces, and sends, more than is allowed.
    TooMuch,
    /// It asks for a job that panics.
    Panic,
    /// The server gets SIGKILL after so many answers.
    Server,
}

const FAULTS: [Fault; 10] = [
    Fault::Kill,
    Fault::Stop,
    Fault::Exit,
    Fault::HangUp,
    Fault::Trickle,
    Fault::Deaf,
    Fault::Rubbish,
    Fault::TooMuch,
    Fault::Panic,
    Fault::Server,
];

/// The longest request.
const LONGEST: u32 = 5_000;

/// A job: these bytes, and how often they are to come back. None at all is
/// a panic.
type Job = (Vec<u8>, u32);

fn answer((bytes, times): Job) -> Vec<u8> {
    if times == 0 {
        // Without a word on standard error.
        std::panic::resume_unwind(Box::new("asked to"));
    }
    bytes.repeat(times.min(250) as usize)
}

/// A plan: what happens, and when.
#[derive(Clone, Debug)]
pub struct Plan {
    fault: Fault,
    /// The sizes of what the client asks for before it is struck.
    sizes: Vec<usize>,
    /// After so many bytes.
    at: usize,
    seed: u64,
}

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones.
    pub fn from_seed(seed: u64) -> impl Iterator<Item = Plan> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i: usize| {
            let count = random.usize(1..5);
            let sizes: Vec<usize> = (0..count)
                .map(|_| [0, 50, 4_000][random.usize(..3)])
                .collect();
            let mut ends = vec![0];
            for n in 1..=sizes.len() {
                ends.push(requests(&sizes[..n]).len());
            }
            let at = match random.bool() {
                // Between two requests.
                true => ends[random.usize(..ends.len())],
                false => random.usize(..=ends[count]),
            };
            Plan {
                fault: FAULTS[i % FAULTS.len()],
                sizes,
                at,
                seed: random.u64(..),
            }
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What was not as [`Server`] and [`Client`] promise.
    pub fn run(&self) -> Result<(), Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("jobs");
        let done = match self.fault {
            Fault::Server => self.strike_the_server(&path),
            _ => self.strike_a_client(&path),
        };
        done.map_err(|error| format!("{self:?}: {error}").into())
    }

    fn strike_a_client(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let (mut told, to_us) = io::pipe()?;
        let mut server = ForkedChild::start(|| {
            let served = self.serve(path, to_us);
            i32::from(served.is_err())
        })?;
        let mut client =
            ForkedChild::start(|| i32::from(self.misbehave(path).is_err()))?;
        // Before, meanwhile and after: the others are served.
        let mut connections = 0;
        let mut asked = 0;
        let mut ask = || {
            asked += 1;
            connections += ask_well(path)?;
            Ok::<(), Box<dyn Error>>(())
        };
        ask()?;
        let deadline = later();
        while client.try_wait()?.is_none() {
            ask()?;
            if client.stopped()?.is_some() {
                // Stopped, it is hung up on as if it were only silent.
                until_refused(path, self.patience())?;
                break;
            }
            if Instant::now() > deadline {
                return Err("the client is not told".into());
            }
        }
        ask()?;
        kill(Pid::from_raw(server.pid()), Signal::SIGTERM)?;
        let ended = server.wait_timeout(Duration::from_secs(20))?;
        if !ended.is_some_and(|status| status.success()) {
            return Err(format!("the server: {ended:?}").into());
        }
        client.kill()?;
        let how = client.wait()?;
        if !matches!(self.fault, Fault::Kill | Fault::Stop) && !how.success() {
            return Err(format!("the client is not told why: {how}").into());
        }
        let mut text = String::new();
        told.read_to_string(&mut text)?;
        let mut endings: HashMap<&str, u64> = HashMap::new();
        for line in text.lines() {
            let (ending, count) = line.split_once('=').ok_or("no count")?;
            endings.insert(ending, count.parse()?);
        }
        let (expected, times) = self.expected();
        if endings.values().sum::<u64>() != connections + times {
            return Err(format!("of {connections} it says {text}").into());
        }
        // Those who asked well. On a loaded machine they may be too slow.
        let closed = endings.entry("closed").or_default();
        *closed = closed.saturating_sub(asked);
        let seen = |ending: &&str| endings.get(*ending) >= Some(&times);
        match expected.iter().any(seen) {
            true => Ok(()),
            false => Err(format!("the server says {text}").into()),
        }
    }

    /// One of these is what the server has to say of the client, and how
    /// often.
    fn expected(&self) -> (&'static [&'static str], u64) {
        match self.fault {
            Fault::Kill | Fault::Exit | Fault::HangUp if self.at == 0 => {
                (&["closed"], 1)
            }
            // In mid-request, or before it had read its answers.
            Fault::Kill | Fault::Exit | Fault::HangUp => (&["vanished"], 1),
            Fault::Trickle | Fault::Deaf => (&["refused: too slow"], 1),
            // It, and the one who was only silent.
            Fault::Stop => (&["refused: too slow"], 2),
            Fault::Rubbish => (
                &[
                    "refused: no request",
                    "refused: too long",
                    "refused: the job failed",
                    "vanished",
                ],
                1,
            ),
            Fault::TooMuch => (&["refused: too long"], 1),
            Fault::Panic => (&["refused: the job failed"], 1),
            Fault::Server => (&[], 0),
        }
    }

    fn patience(&self) -> Duration {
        match self.fault {
            Fault::Stop | Fault::Trickle | Fault::Deaf | Fault::Rubbish => {
                Duration::from_millis(60)
            }
            _ => Duration::from_secs(20),
        }
    }

    fn serve(
        &self,
        path: &Path,
        mut to_us: io::PipeWriter,
    ) -> Result<(), Box<dyn Error>> {
        let stop = Signals::block(&[Signal::SIGTERM])?;
        let rules = Rules {
            longest: LONGEST,
            patience: self.patience(),
            idle: self.patience(),
            ..Rules::default()
        };
        let server = Server::bind(path, rules)?;
        let tally: Tally = server.run(&stop, |_, job| answer(job))?;
        for (ending, count) in tally.endings {
            writeln!(to_us, "{ending}={count}")?;
        }
        Ok(())
    }

    /// The client that does it.
    fn misbehave(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let connect = || connect_before(path, later());
        match self.fault {
            Fault::Kill | Fault::Stop | Fault::Exit | Fault::HangUp => {
                let mut stream = connect()?;
                stream.write_all(&requests(&self.sizes)[..self.at])?;
                match self.fault {
                    Fault::Kill => raise(Signal::SIGKILL)?,
                    Fault::Stop => raise(Signal::SIGSTOP)?,
                    Fault::Exit => process::exit(0),
                    _ => {}
                }
            }
            Fault::Trickle => {
                // Until it is hung up on. It would take 20 s.
                let mut stream = connect()?;
                let bytes = requests(&[4_000]);
                for byte in &bytes[..bytes.len() - 1] {
                    if stream.write_all(&[*byte]).is_err() {
                        break;
                    }
                    thread::sleep(Duration::from_millis(5));
                }
            }
            Fault::Deaf => {
                // Each answer is more than a socket holds.
                let job: Job = (vec![7; 4_000], 250);
                let mut to = FrameWriter::new(connect()?);
                for number in 1_u64.. {
                    if to.send(&(number, &job)).is_err() {
                        break;
                    }
                }
            }
            Fault::Rubbish => {
                let mut random = fastrand::Rng::with_seed(self.seed);
                // Lengths that are believed, or nearly.
                let length = random.u32(..LONGEST + 1_000);
                let mut bytes = length.to_le_bytes().to_vec();
                bytes.extend((0..length).map(|_| random.u8(..)));
                bytes.truncate(1 + random.usize(..bytes.len()));
                let mut stream = connect()?;
                // It may be told before it is done.
                let _ = stream.write_all(&bytes);
                let _ = stream.shutdown(Shutdown::Write);
                until_hung_up(&mut stream)?;
            }
            Fault::TooMuch => {
                let mut client: Client<Job, Vec<u8>> =
                    Client::connect(path, later())?;
                let job = (vec![7; 1_000_000], 1);
                expect(&mut client, &job, Refusal::TooLong)?;
            }
            Fault::Panic => {
                let mut client: Client<Job, Vec<u8>> =
                    Client::connect(path, later())?;
                let job = (vec![7], 0);
                expect(&mut client, &job, Refusal::Failed)?;
            }
            Fault::Server => {}
        }
        Ok(())
    }

    /// A server that dies with clients in mid-call, and its heir.
    fn strike_the_server(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let most = self.sizes.len() as u64;
        let mut server = ForkedChild::start(|| {
            let done =
                Server::bind(path, Rules::default()).and_then(|server| {
                    let stop = Signals::block(&[Signal::SIGTERM])?;
                    server.run(&stop, |_, (n, job): (u64, Job)| {
                        if n == most {
                            let _ = raise(Signal::SIGKILL);
                        }
                        answer(job)
                    })
                });
            i32::from(done.is_err())
        })?;
        let mut client: Client<(u64, Job), Vec<u8>> =
            Client::connect(path, later())?;
        for n in 0..most {
            let got = client.call(&(n, (vec![7], 2)), later())?;
            if got != [7, 7] {
                return Err(format!("answered {got:?}").into());
            }
        }
        let died = client.call(&(most, (vec![7], 2)), later());
        if !matches!(died, Err(CallError::PeerDied)) {
            return Err(format!("of the dead server: {died:?}").into());
        }
        server.wait()?;
        // The socket is there, and nobody behind it.
        let soon = Instant::now() + Duration::from_millis(5);
        let refused = connect_before(path, soon).map(drop);
        let refused = refused.map_err(|error| error.kind());
        if refused != Err(ErrorKind::ConnectionRefused) {
            return Err(format!("behind the socket: {refused:?}").into());
        }
        let mut heir = ForkedChild::start(|| {
            let served = io::pipe().map(|(_kept, to)| self.serve(path, to));
            i32::from(served.is_err())
        })?;
        ask_well(path)?;
        let second = Server::bind(path, Rules::default()).map(drop);
        let second = second.map_err(|error| error.kind());
        if second != Err(ErrorKind::AddrInUse) {
            return Err(format!("beside the heir: {second:?}").into());
        }
        ask_well(path)?;
        kill(Pid::from_raw(heir.pid()), Signal::SIGTERM)?;
        heir.wait()?;
        match path.exists() {
            true => Err("the socket is left behind".into()),
            false => Ok(()),
        }
    }
}

/// The bytes of requests of these sizes, for one answer each.
fn requests(sizes: &[usize]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut to = FrameWriter::new(&mut bytes);
    for (number, size) in (1_u64..).zip(sizes) {
        let job: Job = (vec![7; *size], 1);
        to.send(&(number, job)).expect("a vector takes it");
    }
    bytes
}

/// A client that does as it should, and how often it has connected for that.
fn ask_well(path: &Path) -> Result<u64, Box<dyn Error>> {
    let deadline = later();
    for connections in 1.. {
        let mut client: Client<Job, Vec<u8>> = Client::connect(path, deadline)?;
        let job: Job = (vec![1, 2], 2);
        match client.call(&job, deadline) {
            Ok(got) if got == [1, 2, 1, 2] => return Ok(connections),
            // On a loaded machine this one, too, may be slow.
            Err(CallError::Refused(Refusal::TooSlow)) => {}
            other => return Err(format!("asked well: {other:?}").into()),
        }
    }
    unreachable!("it has a deadline")
}

fn expect(
    client: &mut Client<Job, Vec<u8>>,
    job: &Job,
    refusal: Refusal,
) -> Result<(), String> {
    match client.call(job, later()) {
        Err(CallError::Refused(why)) if why == refusal => Ok(()),
        other => Err(format!("{other:?} instead of {refusal:?}")),
    }
}

/// Waits as long as one who says nothing is waited for.
fn until_refused(path: &Path, patience: Duration) -> io::Result<()> {
    let mut silent = connect_before(path, later())?;
    until_hung_up(&mut silent)?;
    // A moment more: who came before has been given up before.
    thread::sleep(patience);
    Ok(())
}

fn until_hung_up(stream: &mut UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    match stream.read_to_end(&mut Vec::new()) {
        Err(e) if e.kind() == ErrorKind::ConnectionReset => Ok(()),
        read => read.map(drop),
    }
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(10)
}
