use super::{BUFFER, FrameError, FrameReader, FrameWriter, HEADER};
use proptest::prelude::*;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(20)
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

fn frame(message: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    FrameWriter::new(&mut bytes).send(message).unwrap();
    bytes
}

/// A stream that gives and takes at most so many bytes at a time, and says
/// before each that a signal came.
struct Trickle<S> {
    stream: S,
    at_once: usize,
    interrupted: bool,
}

impl<S> Trickle<S> {
    fn new(stream: S, at_once: usize) -> Self {
        Trickle {
            stream,
            at_once,
            interrupted: false,
        }
    }

    fn interrupt(&mut self) -> io::Result<()> {
        self.interrupted ^= true;
        match self.interrupted {
            true => Err(ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }
}

impl<S: Read> Read for Trickle<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.interrupt()?;
        let n = into.len().min(self.at_once);
        self.stream.read(&mut into[..n])
    }
}

impl<S: Write> Write for Trickle<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupt()?;
        self.stream.write(&bytes[..bytes.len().min(self.at_once)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[test]
fn short_writes_and_short_reads_change_nothing() {
    let mut bytes = Vec::new();
    let mut writer = FrameWriter::new(Trickle::new(&mut bytes, 3));
    for message in ["", "one", "a second one"] {
        writer.send(message).unwrap();
    }
    for at_once in 1..=bytes.len() {
        let mut reader = FrameReader::new(Trickle::new(&bytes[..], at_once));
        for message in ["", "one", "a second one"] {
            let read: Option<String> = reader.next().unwrap();
            assert_eq!(read.as_deref(), Some(message));
        }
        assert!(reader.next::<String>().unwrap().is_none());
    }
}

#[test]
fn an_end_in_mid_frame_is_told_from_a_clean_one() {
    let both = [frame("one"), frame("two, which is longer")].concat();
    let first = frame("one").len();
    for cut in 0..=both.len() {
        let mut reader = FrameReader::new(&both[..cut]);
        let whole = [first, both.len()].iter().filter(|e| **e <= cut).count();
        for _ in 0..whole {
            assert!(reader.next::<String>().unwrap().is_some());
        }
        let begun = cut - [0, first, both.len()][whole];
        for _ in 0..2 {
            match reader.next::<String>() {
                Ok(None) => assert_eq!(begun, 0),
                Err(FrameError::Truncated {
                    arrived,
                    whole: known,
                }) => {
                    assert!(begun > 0);
                    assert_eq!(arrived, begun);
                    let length = [first, both.len() - first][whole];
                    assert_eq!(known, (begun >= HEADER).then_some(length));
                }
                other => panic!("cut at {cut}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_length_is_held_against_the_limit() {
    let message = "x".repeat(99); // and a byte for its length
    let bytes = frame(&message);
    let mut fits = FrameReader::with_limit(&bytes[..], 100);
    assert_eq!(fits.next::<String>().unwrap(), Some(message.clone()));
    let mut over = FrameReader::with_limit(&bytes[..], 99);
    for _ in 0..2 {
        let error = over.next::<String>().unwrap_err();
        assert_eq!(error.to_string(), "oversized: 100 bytes, the limit is 99");
    }

    let mut sent = Vec::new();
    let mut writer = FrameWriter::with_limit(&mut sent, 99);
    let error = writer.send(&message).unwrap_err();
    assert!(matches!(error, FrameError::TooLong { length: 100, .. }));
    writer.send("a short one").unwrap();
    assert_eq!(sent, frame("a short one"));
}

#[test]
fn memory_grows_as_bytes_arrive() {
    let mut bytes = u32::MAX.to_le_bytes().to_vec();
    bytes.resize(1000, 0);
    let mut reader = FrameReader::with_limit(&bytes[..], u32::MAX);
    let error = reader.next::<Vec<u8>>().unwrap_err();
    assert!(matches!(error, FrameError::Truncated { arrived: 1000, .. }));
    assert_eq!(reader.buffer.len(), BUFFER);
}

#[test]
fn a_bad_message_does_not_spoil_the_next() {
    let mut bytes = Vec::new();
    let mut writer = FrameWriter::new(&mut bytes);
    writer.send(&[2_u8]).unwrap();
    writer.send(&(true, 7_u8)).unwrap();
    writer.send(&true).unwrap();
    let mut reader = FrameReader::new(&bytes[..]);
    for why in ["bool", "left over: 1"] {
        match reader.next::<bool>() {
            Err(FrameError::Undecodable(told)) => {
                assert!(told.contains(why), "{told}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(reader.next::<bool>().unwrap(), Some(true));
}

#[test]
fn the_limit_is_on_bytes_alone() {
    let nothing = vec![(); 1_000_000];
    let mut bytes = Vec::new();
    FrameWriter::new(&mut bytes).send(&nothing).unwrap();
    assert_eq!(bytes.len(), HEADER + 3);
    let mut reader = FrameReader::with_limit(&bytes[..], 3);
    assert_eq!(reader.next::<Vec<()>>().unwrap(), Some(nothing));
}

#[test]
fn what_cannot_be_encoded_is_not_sent() {
    struct Lazy;
    impl serde::Serialize for Lazy {
        fn serialize<S>(&self, to: S) -> Result<S::Ok, S::Error>
        where
            S: serde::Serializer,
        {
            // Its length is not known.
            use serde::ser::SerializeSeq;
            to.serialize_seq(None)?.end()
        }
    }
    let mut bytes = Vec::new();
    let mut writer = FrameWriter::new(&mut bytes);
    let error = writer.send(&Lazy).unwrap_err();
    assert!(matches!(error, FrameError::Unencodable(_)), "{error}");
    writer.send("a sound one").unwrap();
    assert_eq!(bytes, frame("a sound one"));
}

#[test]
fn a_deadline_loses_nothing() {
    fn check<R: Read + std::os::fd::AsFd, W: Write + std::os::fd::AsFd>(
        from: R,
        to: W,
    ) {
        let (mut from, mut to) = (FrameReader::new(from), FrameWriter::new(to));
        assert!(matches!(
            from.next_before::<Vec<u32>>(soon()),
            Err(FrameError::TimedOut)
        ));
        let long = vec![u32::MAX; 200_000];
        let sent = to.send_before(&long, soon());
        assert!(matches!(sent, Err(FrameError::Unfinished)), "{sent:?}");
        // Not begun while the one before is unfinished.
        let sent = to.send_before(&[0_u32][..], soon());
        assert!(matches!(sent, Err(FrameError::TimedOut)), "{sent:?}");
        let message = loop {
            match from.next_before::<Vec<u32>>(soon()) {
                Err(FrameError::TimedOut) => {}
                message => break message.unwrap().unwrap(),
            }
            let flushed = to.flush_before(soon());
            let timed_out = matches!(flushed, Err(FrameError::TimedOut));
            assert!(flushed.is_ok() || timed_out, "{flushed:?}");
        };
        assert!(message == long);
        to.send_before(&[1_u32, 2][..], later()).unwrap();
        drop(to);
        let last: Option<Vec<u32>> = from.next_before(later()).unwrap();
        assert_eq!(last, Some(vec![1, 2]));
        assert!(from.next_before::<Vec<u32>>(later()).unwrap().is_none());
    }
    let (from, to) = io::pipe().unwrap();
    check(from, to);
    let (from, to) = UnixStream::pair().unwrap();
    check(from, to);
}

#[test]
fn a_message_that_is_not_begun_is_withdrawn() {
    let (from, mut full) = io::pipe().unwrap();
    full.write_all(&frame(&"x".repeat(65_529))).unwrap();
    let mut to = FrameWriter::new(full);
    let sent = to.send_before("late", soon());
    assert!(matches!(sent, Err(FrameError::TimedOut)), "{sent:?}");
    let mut from = FrameReader::new(from);
    let first: String = from.next_before(later()).unwrap().unwrap();
    assert_eq!(first.len(), 65_529);
    to.flush_before(soon()).unwrap();
    drop(to);
    assert!(from.next_before::<String>(later()).unwrap().is_none());
}

#[test]
fn a_reader_that_is_gone_is_told() {
    let (from, to) = io::pipe().unwrap();
    drop(from);
    let mut to = FrameWriter::new(to);
    assert!(matches!(to.send("x"), Err(FrameError::PeerDied)));
    let sent = to.send_before("x", later());
    assert!(matches!(sent, Err(FrameError::PeerDied)), "{sent:?}");

    let (from, to) = UnixStream::pair().unwrap();
    (&from).write_all(b"never read").unwrap();
    drop(to);
    let mut from = FrameReader::new(from);
    assert!(matches!(from.next::<String>(), Err(FrameError::PeerDied)));
}

#[test]
fn a_socket_with_a_time_out_of_its_own_is_no_failure() {
    let (from, to) = UnixStream::pair().unwrap();
    let limit = Some(Duration::from_millis(1));
    from.set_read_timeout(limit).unwrap();
    to.set_write_timeout(limit).unwrap();
    let (mut from, mut to) = (FrameReader::new(from), FrameWriter::new(to));
    assert!(matches!(from.next::<String>(), Err(FrameError::TimedOut)));
    let long = "x".repeat(1_000_000);
    assert!(matches!(to.send(&long), Err(FrameError::Unfinished)));
    assert!(matches!(to.send("late"), Err(FrameError::TimedOut)));
    let message = loop {
        match from.next::<String>() {
            Err(FrameError::TimedOut) => {}
            message => break message.unwrap(),
        }
        let flushed = to.flush();
        let timed_out = matches!(flushed, Err(FrameError::TimedOut));
        assert!(flushed.is_ok() || timed_out, "{flushed:?}");
    };
    assert_eq!(message, Some(long));
}

type Message = (String, Option<u64>, Vec<u16>);

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let numbers = prop::collection::vec(any::<u16>(), 0..200);
    let message = (".{0,40}", any::<Option<u64>>(), numbers);
    prop::collection::vec(message, 0..12)
}

proptest! {
    #[test]
    fn messages_survive_any_pieces(
        messages in messages(),
        writes in 1..100_usize,
        reads in 1..100_usize,
    ) {
        let mut bytes = Vec::new();
        let mut writer = FrameWriter::new(Trickle::new(&mut bytes, writes));
        for message in &messages {
            writer.send(message).unwrap();
        }
        let mut reader = FrameReader::new(Trickle::new(&bytes[..], reads));
        for message in messages {
            prop_assert_eq!(reader.next().unwrap(), Some(message));
        }
        prop_assert!(reader.next::<Message>().unwrap().is_none());
    }

    #[test]
    fn no_bytes_crash_a_reader(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        limit in prop_oneof![0..300_u32, any::<u32>()],
    ) {
        let mut reader = FrameReader::with_limit(&bytes[..], limit);
        // At least a header is taken each time, or the answer stays.
        for _ in 0..=bytes.len() {
            match reader.next::<Message>() {
                Ok(Some(_)) | Err(FrameError::Undecodable(_)) => {}
                Ok(None)
                | Err(FrameError::Truncated { .. })
                | Err(FrameError::TooLong { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
        prop_assert!(reader.buffer.len() <= BUFFER);
    }

    #[test]
    fn no_change_of_one_byte_crashes_a_reader(
        messages in messages(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = Vec::new();
        let mut writer = FrameWriter::new(&mut bytes);
        for message in &messages {
            writer.send(message).unwrap();
        }
        prop_assume!(!bytes.is_empty());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let mut reader = FrameReader::with_limit(&bytes[..], 4_000);
        let mut taken = 0;
        while let Ok(Some(_)) | Err(FrameError::Undecodable(_)) =
            reader.next::<Message>()
        {
            taken += 1;
            prop_assert!(taken <= bytes.len());
        }
    }
}

/// As standard output does, it keeps what it is told until it is flushed.
struct Keeps<W: Write>(io::BufWriter<W>);

impl<W: Write> Write for Keeps<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write + AsFd> AsFd for Keeps<W> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.get_ref().as_fd()
    }
}

#[test]
fn a_flush_to_a_deadline_flushes_the_stream() {
    let (from, to) = io::pipe().unwrap();
    let mut to = FrameWriter::new(Keeps(io::BufWriter::new(to)));
    let mut from = FrameReader::new(from);
    to.send_before("rent", later()).unwrap();
    to.flush_before(later()).unwrap();
    let read = from.next_before::<String>(soon());
    assert_eq!(read.unwrap().as_deref(), Some("rent"));
}
