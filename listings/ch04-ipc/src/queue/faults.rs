//! Kills and stops producers and consumers at every step of their work, on
//! purpose: the tests of [`Queue`], as functions that a program calls, since a
//! test runner has threads and may not fork.
//!
//! Each function answers what was not as promised, if anything.

mod joins;
mod unseen;

pub use joins::struck_at_join;
pub use unseen::unseen_peers;

use super::{Error, Queue, strike};
use crate::slots::Step;
use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::SharedSlice;
use nix::sys::signal::{Signal, kill, raise};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::os::unix::process::ExitStatusExt;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// What happens to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL: the out-of-memory killer, say.
    Kill,
    /// `exit(3)`: a library that thinks that it is the program.
    Exit,
    /// SIGSTOP, and after a while SIGCONT.
    Stop,
}

impl Fault {
    /// Strikes the process that calls it.
    pub(super) fn strike(self) {
        match self {
            Fault::Kill => drop(raise(Signal::SIGKILL)),
            Fault::Exit => process::exit(3),
            Fault::Stop => drop(raise(Signal::SIGSTOP)),
        }
    }

    /// Waits until the victim has been struck; one that is stopped goes on
    /// after that.
    fn struck(self, mut victim: ForkedChild) -> Result<ForkedChild, String> {
        let deadline = Instant::now() + LIMIT;
        while Instant::now() < deadline {
            let ended = victim.try_wait().map_err(|e| e.to_string())?;
            let stopped = victim.stopped().map_err(|e| e.to_string())?;
            match (self, ended) {
                (Fault::Stop, None) if stopped.is_some() => {
                    // Not reaped, so the number is its own.
                    kill(Pid::from_raw(victim.pid()), Signal::SIGCONT)
                        .map_err(|e| e.to_string())?;
                    return Ok(victim);
                }
                (Fault::Kill | Fault::Exit, Some(_)) => return Ok(victim),
                (_, None) => thread::sleep(Duration::from_micros(200)),
                (Fault::Stop, Some(status)) => {
                    return Err(format!("never stopped: {status}"));
                }
            }
        }
        Err("never struck".into())
    }

    fn ended(self, child: &mut ForkedChild) -> Result<(), String> {
        let status = child.wait_timeout(LIMIT).map_err(|e| e.to_string())?;
        let status = status.ok_or("a process hangs")?;
        let expected = match self {
            Fault::Kill => status.signal() == Some(libc::SIGKILL),
            Fault::Exit => status.code() == Some(3),
            Fault::Stop => false,
        };
        match expected || status.success() {
            true => Ok(()),
            false => Err(format!("a process that was not struck: {status}")),
        }
    }
}

/// Which of the processes it happens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    /// One of two producers.
    Producer,
    /// One of two consumers.
    Consumer,
}

/// A plan: what happens to whom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    fault: Fault,
    victim: Victim,
    step: Step,
    /// At which of its messages.
    nth: u32,
    capacity: usize,
    /// The bytes that a message has beside its number.
    bytes: usize,
}

/// A message.
#[derive(Deserialize, Serialize)]
struct Record {
    number: usize,
    bytes: Vec<u8>,
}

/// What each producer puts.
const MESSAGES: usize = 60;

/// Nothing takes so long, unless it never ends.
const LIMIT: Duration = Duration::from_secs(20);

impl Plan {
    /// The plans that follow from `seed`. The same seed gives the same ones;
    /// each 42 of them have all steps and faults.
    pub fn from_seed(seed: u64) -> impl Iterator<Item = Plan> {
        use Victim::{Consumer, Producer};
        const STEPS: [(Victim, Step); 14] = [
            (Producer, Step::PutClaimed),
            (Consumer, Step::TakeClaimed),
            (Producer, Step::PutAdvanced),
            (Consumer, Step::TakeAdvanced),
            (Producer, Step::PutHalf),
            (Consumer, Step::TakeHalf),
            (Producer, Step::PutWritten),
            (Consumer, Step::TakeRead),
            (Producer, Step::PutPublished),
            (Consumer, Step::TakeFreed),
            (Producer, Step::Sleeping),
            (Consumer, Step::Sleeping),
            (Producer, Step::Waking),
            (Consumer, Step::Waking),
        ];
        let mut random = fastrand::Rng::with_seed(seed);
        (0..).map(move |i| {
            let (victim, step) = STEPS[i % STEPS.len()];
            Plan {
                fault: [Fault::Kill, Fault::Stop, Fault::Exit][i / 14 % 3],
                victim,
                step,
                nth: random.u32(1..20),
                capacity: 1 << random.u32(0..5),
                bytes: random.usize(8..400),
            }
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What was not as the queue promises.
    pub fn run(self) -> Result<(), String> {
        self.strike_once().map_err(|e| format!("{self:?}: {e}"))
    }

    fn strike_once(self) -> Result<(), String> {
        let queue =
            Queue::new(self.capacity, 512).map_err(|e| e.to_string())?;
        let accepted = SharedSlice::new(2 * MESSAGES);
        let received = SharedSlice::new(2 * MESSAGES);
        let run = Run {
            queue: &queue,
            accepted: &accepted.map_err(|e| e.to_string())?,
            received: &received.map_err(|e| e.to_string())?,
            bytes: self.bytes,
        };
        // Process 0 of each sort is the victim, or not one.
        let producer = |i: usize| {
            ForkedChild::start(|| {
                if i == 0 && self.victim == Victim::Producer {
                    self.arm();
                }
                run.produce(i)
            })
            .map_err(|e| e.to_string())
        };
        let consumer = |i: usize| {
            ForkedChild::start(|| {
                if i == 0 && self.victim == Victim::Consumer {
                    self.arm();
                }
                run.consume()
            })
            .map_err(|e| e.to_string())
        };
        // An order in which the victim is sure to come to its step.
        let (mut producers, mut consumers) = (Vec::new(), Vec::new());
        let missing: &[usize] = match (self.victim, self.step) {
            (Victim::Producer, Step::Sleeping) => {
                producers.push(self.fault.struck(producer(0)?)?);
                &[1]
            }
            (Victim::Producer, Step::Waking) => {
                consumers.push(consumer(1)?);
                asleep(&queue.head.input.bell)?;
                producers.push(self.fault.struck(producer(0)?)?);
                &[1]
            }
            (Victim::Producer, _) => {
                consumers.push(consumer(1)?);
                producers.push(producer(1)?);
                producers.push(self.fault.struck(producer(0)?)?);
                &[]
            }
            (Victim::Consumer, Step::Sleeping) => {
                consumers.push(self.fault.struck(consumer(0)?)?);
                &[0, 1]
            }
            (Victim::Consumer, Step::Waking) => {
                producers.push(producer(1)?);
                asleep(&queue.head.output.bell)?;
                consumers.push(self.fault.struck(consumer(0)?)?);
                &[0]
            }
            (Victim::Consumer, _) => {
                producers.push(producer(0)?);
                producers.push(producer(1)?);
                consumers.push(self.fault.struck(consumer(0)?)?);
                &[]
            }
        };
        for i in missing {
            producers.push(producer(*i)?);
        }
        while consumers.len() < 2 {
            consumers.push(consumer(1)?);
        }

        for producer in &mut producers {
            self.fault.ended(producer)?;
        }
        queue.close();
        for consumer in &mut consumers {
            self.fault.ended(consumer)?;
        }
        run.look_at_the_books(self)
    }

    fn arm(self) {
        let nth = match self.step {
            Step::Sleeping | Step::Waking => 1,
            _ => self.nth,
        };
        strike::arm(self.step, nth, self.fault);
    }
}

/// Waits until somebody sleeps, or is about to.
fn asleep(bell: &AtomicU32) -> Result<(), String> {
    let deadline = Instant::now() + LIMIT;
    while bell.load(Relaxed) & 1 == 0 {
        if Instant::now() > deadline {
            return Err("nobody falls asleep".into());
        }
        thread::sleep(Duration::from_micros(200));
    }
    Ok(())
}

/// What the processes of a plan share.
struct Run<'a> {
    queue: &'a Queue<Record>,
    /// For each message: did `put` return?
    accepted: &'a SharedSlice<AtomicU32>,
    /// For each message: how often did `get` return it?
    received: &'a SharedSlice<AtomicU32>,
    bytes: usize,
}

impl Run<'_> {
    fn produce(&self, i: usize) -> i32 {
        for number in i * MESSAGES..(i + 1) * MESSAGES {
            let bytes = vec![number as u8; self.bytes];
            let record = Record { number, bytes };
            if self.queue.put_timeout(&record, LIMIT).is_err() {
                return 1;
            }
            self.accepted[number].store(1, Relaxed);
        }
        0
    }

    fn consume(&self) -> i32 {
        loop {
            let record = match self.queue.get_timeout(LIMIT) {
                Ok(Some(record)) => record,
                Ok(None) => return 0,
                Err(_) => return 1,
            };
            let right = |byte: &u8| *byte == record.number as u8;
            let whole = record.bytes.len() == self.bytes;
            if !whole || !record.bytes.iter().all(right) {
                return 2;
            }
            self.received[record.number].fetch_add(1, Relaxed);
        }
    }

    /// Nothing twice, nothing made up, and nothing lost but what was in the
    /// hands of the victim.
    fn look_at_the_books(&self, plan: Plan) -> Result<(), String> {
        let (mut lost, mut unconfirmed) = (0, 0);
        for number in 0..2 * MESSAGES {
            let accepted = self.accepted[number].load(Relaxed);
            match (accepted, self.received[number].load(Relaxed)) {
                (1, 1) | (0, 0) => {}
                (1, 0) => lost += 1,
                (0, 1) => unconfirmed += 1,
                (_, n) => return Err(format!("{number} came {n} times")),
            }
        }
        let dies = plan.fault != Fault::Stop;
        let consumes = plan.victim == Victim::Consumer;
        let holds_one = dies && plan.step != Step::Sleeping;
        let most = |victim: bool| u32::from(victim && holds_one);
        if lost > most(consumes) || unconfirmed > most(!consumes) {
            return Err(format!("{lost} lost, {unconfirmed} unconfirmed"));
        }
        let all = |i: usize| {
            let own = &self.accepted[i * MESSAGES..(i + 1) * MESSAGES];
            own.iter().all(|accepted| accepted.load(Relaxed) == 1)
        };
        match all(1) && all(0) != (dies && !consumes) {
            true => Ok(()),
            false => Err("a producer was not done".into()),
        }
    }
}

/// Whoever waits when all others are dead is told so: four waits.
///
/// # Errors
///
/// What was not as the queue promises.
pub fn alone() -> Result<u32, String> {
    let text = |e: &dyn std::error::Error| e.to_string();
    let queue = Queue::<u32>::new(1, 8).map_err(|e| text(&e))?;
    // It gets one task, and dies with it.
    let mut worker = ForkedChild::start(|| match queue.get() {
        Ok(Some(7)) => 0,
        _ => 1,
    })
    .map_err(|e| text(&e))?;
    queue.put(&7).map_err(|e| text(&e))?;
    let status = worker.wait_timeout(LIMIT).map_err(|e| text(&e))?;
    if !status.is_some_and(|status| status.success()) {
        return Err(format!("the worker: {status:?}"));
    }
    let get = queue.get_timeout(LIMIT).map(drop);
    let put = queue.put(&8).and_then(|()| queue.put_timeout(&9, LIMIT));
    let join = queue.join_timeout(LIMIT);
    for answer in [get, put, join] {
        let Err(Error::PeerDied) = answer else {
            return Err(format!("alone, and {answer:?}"));
        };
    }
    join_alone().map_err(|e| format!("a task that nobody gets: {e}"))?;
    Ok(4)
}

/// All others are dead, and none of them had a task.
fn join_alone() -> Result<(), String> {
    let queue = Queue::new(1, 8).map_err(|e| e.to_string())?;
    queue.put(&7).map_err(|e| e.to_string())?;
    let idle = ForkedChild::start(|| 0);
    let idle = idle.and_then(|mut idle| idle.wait());
    idle.map_err(|e| e.to_string())?;
    match queue.join_timeout(LIMIT) {
        Err(Error::PeerDied) => Ok(()),
        joined => Err(format!("{joined:?}")),
    }
}

/// A producer stops in the middle of a message: whoever waits for it does so
/// until the limit, and gets the message when it goes on. One such wait.
///
/// # Errors
///
/// What was not as the queue promises.
pub fn stopped() -> Result<u32, String> {
    let queue = Queue::new(1, 16).map_err(|e| e.to_string())?;
    let child = ForkedChild::start(|| {
        strike::arm(Step::PutHalf, 1, Fault::Stop);
        i32::from(queue.put_timeout(&7, LIMIT).is_err())
    });
    let mut child = child.map_err(|e| e.to_string())?;
    let deadline = Instant::now() + LIMIT;
    while child.stopped().map_err(|e| e.to_string())?.is_none() {
        if Instant::now() > deadline {
            return Err("it does not stop".into());
        }
        thread::sleep(Duration::from_micros(200));
    }
    // Longer than from one look at the others to the next.
    let waited = queue.get_timeout(Duration::from_millis(250));
    let pid = Pid::from_raw(child.pid());
    kill(pid, Signal::SIGCONT).map_err(|e| e.to_string())?;
    let got = queue.get_timeout(LIMIT);
    let status = child.wait_timeout(LIMIT).map_err(|e| e.to_string())?;
    match (&waited, &got) {
        (Err(Error::TimedOut), Ok(Some(7)))
            if status.is_some_and(|status| status.success()) =>
        {
            Ok(1)
        }
        _ => Err(format!("{waited:?}, {got:?}, {status:?}")),
    }
}

/// A producer dies in the middle of a message, and then a consumer that is
/// about to clear up after it: how many died.
///
/// # Errors
///
/// What was not as the queue promises.
pub fn heirs_die() -> Result<u32, String> {
    let queue = Queue::new(1, 16).map_err(|e| e.to_string())?;
    let dies = |step, work: &dyn Fn()| {
        let child = ForkedChild::start(|| {
            strike::arm(step, 1, Fault::Kill);
            work();
            0
        });
        let mut child = child.map_err(|e| e.to_string())?;
        let status = child.wait_timeout(LIMIT).map_err(|e| e.to_string())?;
        match status.and_then(|status| status.signal()) {
            Some(libc::SIGKILL) => Ok(()),
            _ => Err(format!("{step:?}: {status:?}")),
        }
    };
    let mut deaths = 0;
    for number in 0..3 {
        dies(Step::PutHalf, &|| drop(queue.put_timeout(&9, LIMIT)))?;
        dies(Step::Settling, &|| drop(queue.get_timeout(LIMIT)))?;
        deaths += 2;
        // The only slot still has a dead process's name in it.
        queue
            .put_timeout(&number, LIMIT)
            .map_err(|e| e.to_string())?;
        match queue.get_timeout(LIMIT) {
            Ok(Some(got)) if got == number => {}
            other => return Err(format!("after {deaths} deaths: {other:?}")),
        }
    }
    Ok(deaths)
}

/// More children than there are places, one after the other, each killed: how
/// many.
///
/// # Errors
///
/// What was not as the queue promises.
pub fn many_deaths() -> Result<u32, String> {
    const CHILDREN: u32 = 300;
    let queue = Queue::new(4, 16).map_err(|e| e.to_string())?;
    for number in 0..CHILDREN {
        let mut child = ForkedChild::start(|| {
            let put = queue.put_timeout(&number, LIMIT);
            strike::arm(Step::PutHalf, 1, Fault::Kill);
            let killed = queue.put_timeout(&0, LIMIT);
            i32::from(put.is_err()) + i32::from(killed.is_err()) * 2
        })
        .map_err(|e| e.to_string())?;
        let status = child.wait_timeout(LIMIT).map_err(|e| e.to_string())?;
        if status.and_then(|s| s.signal()) != Some(libc::SIGKILL) {
            return Err(format!("child {number}: {status:?}"));
        }
        match queue.get_timeout(LIMIT) {
            Ok(Some(got)) if got == number => {}
            other => return Err(format!("after {number} deaths: {other:?}")),
        }
    }
    Ok(CHILDREN)
}
