use super::{
    Book, CallError, Caller, Client, Ending, Refusal, Reply, Rules, Server,
    Tally, Terms,
};
use crate::frames::{FrameReader, FrameWriter};
use proptest::prelude::*;
use std::fs;
use std::io::{self, ErrorKind, PipeWriter, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(20)
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

/// A server that repeats what it is told, and panics at nothing.
struct Echo {
    path: PathBuf,
    running: PipeWriter,
    served: JoinHandle<io::Result<Tally>>,
    _home: TempDir,
}

fn echo(said: String) -> String {
    if said.is_empty() {
        std::panic::resume_unwind(Box::new("nothing said"));
    }
    said
}

impl Echo {
    fn start(rules: Rules) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("echo");
        let server = Server::bind(&path, rules).unwrap();
        let (stop, running) = io::pipe().unwrap();
        Echo {
            path,
            running,
            served: thread::spawn(move || server.run(stop, |_, q| echo(q))),
            _home: home,
        }
    }

    fn client(&self) -> Client<String, String> {
        Client::connect(&self.path, later()).unwrap()
    }

    fn stream(&self) -> UnixStream {
        UnixStream::connect(&self.path).unwrap()
    }

    /// How many connections ended so.
    fn stop(self) -> Vec<(String, u64)> {
        drop(self.running);
        let tally = self.served.join().unwrap().unwrap();
        assert!(!self.path.exists());
        let endings = tally.endings.into_iter();
        endings.map(|(how, n)| (how.to_string(), n)).collect()
    }
}

fn refused(answer: Result<String, CallError>) -> Refusal {
    match answer {
        Err(CallError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn clients_are_answered_at_once_and_in_turn() {
    let echo = Echo::start(Rules::default());
    let mut clients = [echo.client(), echo.client(), echo.client()];
    for round in 0..3 {
        for client in &mut clients {
            let said = format!("round {round}");
            assert_eq!(client.call(&said, later()).unwrap(), said);
        }
    }
    drop(clients);
    let ends = echo.stop();
    assert_eq!(ends, [("closed".to_string(), 3)]);
}

#[test]
fn one_client_too_many_is_told_and_comes_in_later() {
    let rules = Rules {
        clients: 1,
        ..Rules::default()
    };
    let echo = Echo::start(rules);
    let mut first = echo.client();
    first.call(&"one".into(), later()).unwrap();
    let mut second = echo.client();
    let why = refused(second.call(&"two".into(), later()));
    assert_eq!(why, Refusal::Busy);

    let mut stream = echo.stream(); // refused as well
    stream.read_to_end(&mut Vec::new()).unwrap();
    drop(first);
    let deadline = later();
    loop {
        match echo.client().call(&"three".into(), later()) {
            Err(CallError::Refused(Refusal::Busy)) => {
                assert!(Instant::now() < deadline);
            }
            answer => break assert_eq!(answer.unwrap(), "three"),
        }
    }
    echo.stop();
}

#[test]
fn a_stranger_is_refused() {
    let rules = Rules::default();
    let user = rules.user + 1;
    let echo = Echo::start(Rules { user, ..rules });
    let why = refused(echo.client().call(&"it is me".into(), later()));
    assert_eq!(why, Refusal::Stranger);
    let ends = echo.stop();
    assert_eq!(ends, [("refused: another user's".to_string(), 1)]);
}

#[test]
fn who_asks_too_much_hears_why() {
    let rules = Rules {
        longest: 1_000,
        ..Rules::default()
    };
    let echo = Echo::start(rules);
    // More than the socket holds: the server hangs up in the middle of it.
    let long = "x".repeat(1_000_000);
    for _ in 0..10 {
        let why = refused(echo.client().call(&long, later()));
        assert_eq!(why, Refusal::TooLong);
    }
    echo.stop();
}

#[test]
fn who_is_slow_is_hung_up_on() {
    let rules = Rules {
        patience: Duration::from_millis(20),
        idle: Duration::from_millis(20),
        ..Rules::default()
    };
    let echo = Echo::start(rules);
    let silent = echo.stream();
    let mut slow = echo.stream();
    let mut frame = Vec::new();
    FrameWriter::new(&mut frame).send(&(1_u64, "x")).unwrap();
    // One byte is missing.
    slow.write_all(&frame[..frame.len() - 1]).unwrap();
    for stream in [silent, slow] {
        let mut replies = FrameReader::new(&stream);
        let reply: Option<Reply<()>> = replies.next_before(later()).unwrap();
        assert!(matches!(reply, Some((0, Err(Refusal::TooSlow)))));
        assert!(replies.next_before::<()>(later()).unwrap().is_none());
    }
    let ends = echo.stop();
    assert_eq!(ends, [("refused: too slow".to_string(), 2)]);
}

#[test]
fn a_job_that_panics_ends_its_client_alone() {
    let echo = Echo::start(Rules::default());
    let mut other = echo.client();
    other.call(&"here".into(), later()).unwrap();
    let why = refused(echo.client().call(&String::new(), later()));
    assert_eq!(why, Refusal::Failed);
    other.call(&"still here".into(), later()).unwrap();
    echo.stop();
}

#[test]
fn an_answer_that_comes_late_is_not_the_next_ones() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("slow");
    let server = Server::bind(&path, Rules::default()).unwrap();
    let (stop, running) = io::pipe().unwrap();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let served = thread::spawn(move || {
        server.run(stop, |_, n: u32| {
            may_go_on.lock().unwrap().recv().unwrap();
            n * n
        })
    });
    let mut client = Client::<u32, u32>::connect(&path, later()).unwrap();
    let late = client.call(&3, soon());
    assert!(matches!(late, Err(CallError::TimedOut)), "{late:?}");
    go_on.send(()).unwrap();
    go_on.send(()).unwrap();
    assert_eq!(client.call(&5, later()).unwrap(), 25);
    drop(running);
    assert_eq!(served.join().unwrap().unwrap().answered, 2);
}

/// Nothing can be sent to the server any more.
fn until_hung_up_on(stream: &mut UnixStream) {
    let deadline = later();
    while stream.write(&[0]).is_ok() {
        assert!(Instant::now() < deadline);
        thread::yield_now();
    }
}

#[test]
fn what_has_arrived_is_answered_at_the_stop() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("busy");
    let server = Server::bind(&path, Rules::default()).unwrap();
    let (stop, running) = io::pipe().unwrap();
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let served = thread::spawn(move || {
        server.run(stop, move |_, n: u32| {
            begun.send(()).unwrap();
            may_go_on.lock().unwrap().recv().unwrap();
            n
        })
    });
    let mut stream = UnixStream::connect(&path).unwrap();
    let mut requests = Vec::new();
    let mut writer = FrameWriter::new(&mut requests);
    for number in [1_u64, 2] {
        writer.send(&(number, 7_u32)).unwrap();
    }
    stream.write_all(&requests).unwrap();
    has_begun.recv().unwrap();
    drop(running);
    until_hung_up_on(&mut stream);
    go_on.send(()).unwrap();
    go_on.send(()).unwrap();
    let tally = served.join().unwrap().unwrap();
    assert_eq!(tally.answered, 2);
    let mut replies = FrameReader::new(&stream);
    for number in [1, 2] {
        let reply: Option<Reply<u32>> = replies.next_before(later()).unwrap();
        assert!(matches!(reply, Some((n, Ok(7))) if n == number));
    }
}

#[test]
fn the_stop_has_an_end() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("busy");
    let patience = Duration::from_millis(50);
    let rules = Rules {
        patience,
        ..Rules::default()
    };
    let server = Server::bind(&path, rules).unwrap();
    let (stop, running) = io::pipe().unwrap();
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let served = thread::spawn(move || {
        server.run(stop, move |_, n: u32| {
            begun.send(()).unwrap();
            // The first one waits; for the others nobody is there to wait for.
            let _ = may_go_on.lock().unwrap().recv();
            thread::sleep(Duration::from_millis(10));
            n
        })
    });
    let mut stream = UnixStream::connect(&path).unwrap();
    let said: Vec<u32> = (0..50).collect();
    let mut requests = Vec::new();
    let mut writer = FrameWriter::new(&mut requests);
    for n in &said {
        writer.send(&(u64::from(*n), n)).unwrap();
    }
    stream.write_all(&requests).unwrap();
    has_begun.recv().unwrap();
    drop(running);
    until_hung_up_on(&mut stream);
    drop(go_on);
    let tally = served.join().unwrap().unwrap();
    // They would take half a second.
    assert!(tally.answered < 50, "all are answered, after the patience");
}

#[test]
fn who_has_connected_before_the_stop_is_answered() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("echo");
    let server = Server::bind(&path, Rules::default()).unwrap();
    let stream = UnixStream::connect(&path).unwrap();
    FrameWriter::new(&stream).send(&(1_u64, 7_u32)).unwrap();
    let (stop, running) = io::pipe().unwrap();
    drop(running);
    let tally = server.run(stop, |_, n: u32| n).unwrap();
    assert_eq!(tally.answered, 1);
    let reply = FrameReader::new(&stream).next::<Reply<u32>>().unwrap();
    assert_eq!(reply, Some((1, Ok(7))));
}

#[test]
fn a_server_runs_once() {
    let home = tempfile::tempdir().unwrap();
    let server =
        Server::bind(home.path().join("once"), Rules::default()).unwrap();
    let (stop, running) = io::pipe().unwrap();
    drop(running);
    server.run(&stop, |_, (): ()| ()).unwrap();
    let error = server.run(&stop, |_, (): ()| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn patience_may_have_no_end() {
    let echo = Echo::start(Rules {
        patience: Duration::MAX,
        ..Rules::default()
    });
    let mut client = echo.client();
    assert_eq!(client.call(&"one".into(), later()).unwrap(), "one");
    let ends = echo.stop();
    assert_eq!(ends, [("closed".to_string(), 1)]);
}

#[test]
fn more_than_a_megabyte_is_a_matter_of_the_rules() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("large");
    let rules = Rules {
        longest: 3 << 20,
        ..Rules::default()
    };
    let server = Server::bind(&path, rules).unwrap();
    let (stop, running) = io::pipe().unwrap();
    let served = thread::spawn(move || {
        server.run(stop, |_, mut bytes: Vec<u8>| {
            bytes.push(0);
            bytes
        })
    });
    let connect = || {
        let terms = Terms {
            longest: 3 << 20,
            ..Terms::default()
        };
        Client::<Vec<u8>, Vec<u8>>::connect_with(&path, terms, later())
    };
    let answer = connect().unwrap().call(&vec![0; 2 << 20], later());
    assert_eq!(answer.unwrap().len(), (2 << 20) + 1);
    let answer = connect().unwrap().call(&vec![0; 4 << 20], later());
    let why = answer.map(|_| String::new());
    assert_eq!(refused(why), Refusal::TooLong);
    drop(running);
    served.join().unwrap().unwrap();
}

/// Panics when it is read, or when it is written.
#[derive(Clone, Copy, Debug)]
struct Treacherous(bool);

fn quietly_panic() -> ! {
    std::panic::resume_unwind(Box::new("treacherous"));
}

impl serde::Serialize for Treacherous {
    fn serialize<S: serde::Serializer>(
        &self,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match self.0 {
            true => quietly_panic(),
            false => to.serialize_bool(false),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Treacherous {
    fn deserialize<D: serde::Deserializer<'de>>(
        from: D,
    ) -> Result<Self, D::Error> {
        match bool::deserialize(from)? {
            true => quietly_panic(),
            false => Ok(Treacherous(true)),
        }
    }
}

#[test]
fn who_makes_the_server_panic_leaves_its_place() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("treacherous");
    let rules = Rules {
        clients: 1,
        ..Rules::default()
    };
    let server = Server::bind(&path, rules).unwrap();
    let (stop, running) = io::pipe().unwrap();
    let served =
        thread::spawn(move || server.run(stop, |_, it: Treacherous| it));
    // In reading the request, and in writing the answer.
    for request in [true, false] {
        let mut client: Client<bool, bool> =
            Client::connect(&path, later()).unwrap();
        let soon = Instant::now() + Duration::from_secs(2);
        let answer = client.call(&request, soon);
        assert!(
            matches!(answer, Err(CallError::Refused(Refusal::Failed))),
            "{answer:?}"
        );
        // At the end of the stream its place is free.
        let ended = client.call(&false, later());
        assert!(matches!(ended, Err(CallError::PeerDied)), "{ended:?}");
    }
    drop(running);
    let tally = served.join().unwrap().unwrap();
    let failed = Ending::Refused(Refusal::Failed);
    assert_eq!(tally.endings.get(&failed), Some(&2));
}

#[test]
fn a_job_may_see_that_nobody_waits() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("long");
    let server = Server::bind(&path, Rules::default()).unwrap();
    let (stop, running) = io::pipe().unwrap();
    let (begun, has_begun) = mpsc::channel();
    let served = thread::spawn(move || {
        server.run(stop, move |caller, (): ()| {
            let here = caller.has_hung_up();
            begun.send(here).unwrap();
            let deadline = later();
            while !caller.has_hung_up() {
                assert!(Instant::now() < deadline);
                thread::yield_now();
            }
        })
    });
    let mut client = Client::<(), ()>::connect(&path, later()).unwrap();
    let late = client.call(&(), soon());
    assert!(matches!(late, Err(CallError::TimedOut)), "{late:?}");
    assert!(!has_begun.recv().unwrap());
    drop(client);
    drop(running);
    let tally = served.join().unwrap().unwrap();
    assert_eq!(tally.endings.get(&Ending::Vanished), Some(&1));
}

#[test]
fn nobody_is_there() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("jobs");
    let connect = || Client::<(), ()>::connect(&path, soon()).unwrap_err();
    assert_eq!(connect().kind(), ErrorKind::NotFound);
    // Std's listener leaves its socket, as a killed server does.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert_eq!(connect().kind(), ErrorKind::ConnectionRefused);
    drop(Server::bind(&path, Rules::default()).unwrap());
    assert_eq!(connect().kind(), ErrorKind::NotFound);
}

#[test]
fn a_server_that_does_not_accept_is_given_up() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("jobs");
    let server = Server::bind(&path, Rules::default()).unwrap();
    rustix::net::listen(&server.listener, 0).unwrap();
    let mut queued = Vec::new();
    let error = loop {
        match super::client::connect_before(&path, soon()) {
            Ok(stream) => queued.push(stream),
            Err(error) => break error,
        }
        assert!(queued.len() < 10);
    };
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[test]
fn a_path_has_one_server() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("jobs");
    let bind = || Server::bind(&path, Rules::default());
    let first = bind().unwrap();
    let error = bind().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert!(path.exists());
    drop(first);
    bind().unwrap();

    // One that knows of no lock.
    let other = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let error = bind().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    drop(UnixStream::connect(&path).unwrap());
    drop(other);
    drop(bind().unwrap());

    fs::write(&path, "somebody's file").unwrap();
    let error = bind().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's file");
}

/// What the server says to these bytes, and how it ends.
fn converse(bytes: &[u8]) -> (Vec<Reply<String>>, Ending) {
    let home = tempfile::tempdir().unwrap();
    let rules = Rules {
        longest: 100,
        ..Rules::default()
    };
    let server = Server::bind(home.path().join("echo"), rules).unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    (&ours).write_all(bytes).unwrap();
    ours.shutdown(Shutdown::Write).unwrap();
    let caller = Caller {
        stream: &theirs,
        pid: 0,
    };
    let ending = server.converse(&caller, &Book::default(), &|_, q| echo(q));
    drop(theirs);
    let mut replies = FrameReader::new(&ours);
    let mut got = Vec::new();
    while let Ok(Some(reply)) = replies.next_before(later()) {
        got.push(reply);
    }
    (got, ending)
}

fn requests(said: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = FrameWriter::new(&mut bytes);
    for (number, said) in (1_u64..).zip(said) {
        writer.send(&(number, said)).unwrap();
    }
    bytes
}

proptest! {
    #[test]
    fn no_bytes_crash_the_server(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (replies, ending) = converse(&bytes);
        let refused = replies.iter().any(|(_, reply)| reply.is_err());
        prop_assert_eq!(refused, matches!(ending, Ending::Refused(_)));
    }

    #[test]
    fn whole_requests_are_answered_and_no_half_one(
        said in prop::collection::vec("[a-z]{1,30}", 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = requests(&said);
        let cut = cut.index(bytes.len() + 1);
        let whole = (0..=said.len())
            .rev()
            .find(|n| requests(&said[..*n]).len() <= cut)
            .unwrap();
        let (replies, ending) = converse(&bytes[..cut]);
        let heard: Vec<_> = replies
            .into_iter()
            .map(|(_, reply)| reply.unwrap())
            .collect();
        prop_assert_eq!(&heard, &said[..whole]);
        let expected = match requests(&said[..whole]).len() == cut {
            true => Ending::Closed,
            false => Ending::Vanished,
        };
        prop_assert_eq!(ending, expected);
    }

    #[test]
    fn no_change_of_one_byte_crashes_the_server(
        said in prop::collection::vec("[a-z]{1,30}", 1..6),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = requests(&said);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        converse(&bytes);
    }
}
