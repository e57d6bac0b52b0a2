//! Ends or stops one side of a hand-over at every step. Arguments: how many
//! plans, and the seed that they follow from, which may be the word `random`.
//@ twin: none (it tests this book's hand-over)

use ch03_processes::fork::ForkedChild;
use ch04_ipc::handover::{
    Draft, HandOverError, Inbox, Outbox, Parcel, channel,
};
use nix::sys::signal::{Signal, raise};
use std::env;
use std::error::Error;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

const WORDS: usize = 10_000;
const LIMIT: Duration = Duration::from_secs(10);
const SOON: Duration = Duration::from_millis(1);
const STEPS: [&str; 6] = [
    "start",
    "made",
    "half filled",
    "filled",
    "sealed",
    "handed over",
];

/// At which step, and by what.
#[derive(Clone, Copy, Debug)]
struct Fault {
    step: &'static str,
    signal: Signal,
}

impl Fault {
    fn at(self, step: &str) {
        if self.step == step {
            raise(self.signal).expect("a signal to oneself");
        }
    }
}

fn send(outbox: &Outbox, fault: Fault) -> Result<(), HandOverError> {
    fault.at("start");
    let draft = Draft::<AtomicU64>::new("words", WORDS)?;
    fault.at("made");
    for (n, word) in draft.iter().enumerate() {
        if n == WORDS / 2 {
            fault.at("half filled");
        }
        word.store(n as u64, Relaxed);
    }
    fault.at("filled");
    let parcel = draft.seal()?;
    fault.at("sealed");
    outbox.send(&parcel, LIMIT)?;
    fault.at("handed over");
    Ok(())
}

fn receive(inbox: &Inbox, fault: Fault) -> Result<(), HandOverError> {
    fault.at("start");
    let parcel = inbox.receive(WORDS * 8, LIMIT)?;
    fault.at("made");
    check(&parcel[..WORDS * 4]);
    fault.at("half filled");
    check(&parcel);
    fault.at("filled");
    drop(parcel);
    fault.at("sealed");
    fault.at("handed over");
    Ok(())
}

/// All of it is what `send` wrote.
fn check(parcel: &[u8]) {
    for (n, word) in parcel.chunks(8).enumerate() {
        assert_eq!(word, (n as u64).to_ne_bytes());
    }
}

/// The sender is struck: the receiver has all of the memory, or none and an
/// error.
fn strike_sender(fault: Fault) -> Result<(), Box<dyn Error>> {
    let (outbox, inbox) = channel()?;
    let mut child =
        ForkedChild::start(move || send(&outbox, fault).map_or(1, |()| 0))?;
    let mut arrived = Vec::<Parcel>::new();
    if fault.signal == Signal::SIGSTOP {
        until_stopped(&mut child)?;
        match inbox.receive(WORDS * 8, SOON) {
            Ok(parcel) => arrived.push(parcel),
            Err(HandOverError::TimedOut) => {}
            Err(error) => return Err(error.into()),
        }
        child.kill()?;
    }
    let end = loop {
        match inbox.receive(WORDS * 8, LIMIT) {
            Ok(parcel) => arrived.push(parcel),
            Err(error) => break error,
        }
    };
    let whole = usize::from(fault.step == "handed over");
    if !matches!(end, HandOverError::PeerDied) || arrived.len() != whole {
        return Err(format!("{} arrived, then {end}", arrived.len()).into());
    }
    child.wait()?;
    // Their maker is gone, and they are not.
    arrived.iter().for_each(|parcel| check(parcel));
    Ok(())
}

/// The receiver is struck: the sender is told, and keeps what it has.
fn strike_receiver(fault: Fault) -> Result<(), Box<dyn Error>> {
    let (outbox, inbox) = channel()?;
    let mut ends = Some((outbox, inbox));
    let mut child = ForkedChild::start(|| {
        let (outbox, inbox) = ends.take().expect("once");
        drop(outbox);
        receive(&inbox, fault).map_or(1, |()| 0)
    })?;
    let (outbox, inbox) = ends.take().expect("the child took its copy");
    drop(inbox);
    let draft = Draft::<AtomicU64>::new("words", WORDS)?;
    for (n, word) in draft.iter().enumerate() {
        word.store(n as u64, Relaxed);
    }
    let parcel = draft.seal()?;
    match outbox.send(&parcel, LIMIT) {
        Ok(()) | Err(HandOverError::PeerDied) => {}
        Err(error) => return Err(error.into()),
    }
    if fault.signal == Signal::SIGSTOP {
        until_stopped(&mut child)?;
        // Until the socket is full; it takes descriptors from us meanwhile.
        while outbox.send(&parcel, SOON).is_ok() {}
        child.kill()?;
    }
    child.wait()?;
    let told = outbox.send(&parcel, LIMIT);
    if !matches!(told, Err(HandOverError::PeerDied)) {
        return Err(format!("the sender was told {told:?}").into());
    }
    check(&parcel);
    Ok(())
}

fn until_stopped(child: &mut ForkedChild) -> Result<(), Box<dyn Error>> {
    let deadline = Instant::now() + LIMIT;
    while child.stopped()?.is_none() {
        if let Some(status) = child.try_wait()? {
            return Err(format!("not stopped, but {status}").into());
        }
        if Instant::now() > deadline {
            return Err("not stopped".into());
        }
        thread::sleep(SOON);
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let plans = words.next().map_or(Ok(20), |word| word.parse())?;
    let seed = match words.next().as_deref() {
        None => 4,
        Some("random") => fastrand::u64(..1_000_000),
        Some(word) => word.parse()?,
    };
    // First, so that a failure can be had again.
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let descriptors = || fs::read_dir("/proc/self/fd").map(Iterator::count);
    let before = descriptors()?;
    for plan in 0..plans {
        let step = STEPS[random.usize(..STEPS.len())];
        let signal = match random.bool() {
            true => Signal::SIGKILL,
            false => Signal::SIGSTOP,
        };
        let fault = Fault { step, signal };
        match random.bool() {
            true => strike_sender(fault),
            false => strike_receiver(fault),
        }
        .map_err(|e| format!("plan {plan}, {fault:?}: {e}"))?;
    }
    println!("{plans} faults: killed or stopped, sender or receiver");
    println!("all of the memory or an error, and nobody waited for ever");
    println!("descriptors left: {}", descriptors()? - before);
    Ok(())
}
