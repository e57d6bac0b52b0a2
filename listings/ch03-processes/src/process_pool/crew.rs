//! The workers of one call, and what the pool knows of its tasks.

use super::board::{Board, State};
use super::clock::Clock;
use super::panics::{self, Complaint};
use super::protocol::Wanted;
use super::strike;
use super::{Death, Error, Settings};
use crate::fork::ForkedChild;
use crate::frame::{Frames, Rubbish, decode, encode, entries, seal};
use crate::pidfd::ready;
use rustix::thread::{
    CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity,
};
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::io;
use std::iter;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Runs a task and adds its entry to a frame.
pub type Task<'a> = Rc<dyn Fn(usize, &mut Vec<u8>) -> Result<(), Rubbish> + 'a>;

/// How often the pool looks for workers that are stopped or stuck.
const LOOK: Duration = Duration::from_millis(20);

/// How often what got lost without a trace is handed out once more.
const GAPS: u32 = 16;

/// With more bytes than these a frame is sent before its chunk ends.
const MUCH: usize = 1 << 10;

/// In a frame's task: this is what a panic said, in place of a result.
const COMPLAINT: u64 = 1 << 63;

/// In a complaint about what went wrong before the first task.
const NO_TASK: u64 = COMPLAINT - 1;

/// What the pool knows of a task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Open,
    /// A worker died of it.
    Charged,
    /// Its result or its error has been delivered.
    Settled,
}

struct Worker {
    child: ForkedChild,
    slot: usize,
    frames: Frames,
    /// What it was given to run before it takes from the counter.
    given: Vec<usize>,
    /// How many before it, one in place of the other, did nothing.
    barren: u32,
    /// Has it delivered anything?
    fruitful: bool,
    /// What follows on rubbish is not read.
    mute: bool,
    /// Tasks whose results cannot be decoded, and why not.
    rotten: Vec<(usize, String)>,
    /// Why it dies, where the status does not tell.
    death: Option<Death>,
    /// What it was seen at, and for how long.
    seen: (State, Clock),
    was_stopped: bool,
}

/// What a new worker is to start with.
struct Again {
    tasks: Vec<usize>,
    barren: u32,
}

/// Where what has been settled goes.
pub trait Outbox: Default {
    /// A task's result.
    type Value: DeserializeOwned;

    /// Called once a task.
    fn put(&mut self, task: usize, result: Result<Self::Value, Error>);
}

pub struct Crew<'a, O> {
    pub out: O,
    settings: Settings<'a>,
    run: Task<'a>,
    board: Rc<Board>,
    workers: Vec<Worker>,
    again: Vec<Again>,
    known: Vec<Known>,
    chunk: usize,
    /// Does somebody want each result soon?
    wanted: Wanted,
    /// How many tasks are not settled.
    open: usize,
    gaps: u32,
    looked: Instant,
    /// What ended this call.
    failure: Option<Error>,
    /// The process that has the workers: a fork's copy of this has none.
    maker: u32,
}

impl<'a, O: Outbox> Crew<'a, O> {
    /// Forks the first workers.
    pub fn start(
        settings: Settings<'a>,
        tasks: usize,
        chunk: usize,
        wanted: Wanted,
        run: Task<'a>,
    ) -> Result<Self, Error> {
        let slots = settings.workers.min(tasks.div_ceil(chunk)).max(1);
        let mut crew = Crew {
            out: O::default(),
            board: Rc::new(Board::new(slots)?),
            settings: Settings {
                workers: slots,
                ..settings
            },
            run,
            workers: Vec::new(),
            again: Vec::new(),
            known: vec![Known::Open; tasks],
            chunk,
            wanted,
            open: tasks,
            gaps: 0,
            looked: Instant::now(),
            failure: None,
            maker: process::id(),
        };
        // If one cannot be started, `Drop` ends the others.
        crew.top_up()?;
        Ok(crew)
    }

    /// Has every task been settled, and has every worker gone?
    pub fn over(&self) -> bool {
        self.open == 0 && self.workers.is_empty()
    }

    pub fn pids(&self) -> Vec<i32> {
        self.workers.iter().map(|w| w.child.pid()).collect()
    }

    /// Reads what has come and buries who has died. If nothing was settled,
    /// sleeps until something happens, or for a while, or until `deadline`.
    /// After an error there are no workers, and it is the answer from then on.
    pub fn turn(&mut self, deadline: Option<Instant>) -> Result<(), Error> {
        if self.failure.is_none()
            && let Err(error) = self.advance(deadline)
        {
            self.fail(error);
        }
        self.failure.as_ref().map_or(Ok(()), |e| Err(e.copy()))
    }

    fn fail(&mut self, error: Error) {
        self.kill_all();
        self.workers.clear();
        self.failure = Some(error);
    }

    fn advance(&mut self, deadline: Option<Instant>) -> Result<(), Error> {
        let open = self.open;
        self.attend()?;
        if self.open < open || self.over() {
            return Ok(());
        }
        let (board, wanted) = (&self.board, self.wanted);
        let due = || self.workers.iter().any(|w| board.due(w.slot, wanted));
        let slept = board.sleep(wanted, due, || {
            let limit = deadline.map_or(LOOK, |d| {
                d.saturating_duration_since(Instant::now()).min(LOOK)
            });
            doze(&self.fds(), limit)
        });
        if let Some(overslept) = slept.transpose()? {
            self.excuse(overslept);
        }
        self.attend()
    }

    fn attend(&mut self) -> Result<(), Error> {
        if process::id() != self.maker {
            let other = "this call belongs to the process that made it";
            return Err(io::Error::other(other).into());
        }
        for i in 0..self.workers.len() {
            self.read(i);
        }
        let mut i = 0;
        while i < self.workers.len() {
            match self.workers[i].child.try_wait()? {
                Some(status) => {
                    // What it published between the reading and its end.
                    self.read(i);
                    let worker = self.workers.swap_remove(i);
                    let death = worker.death.clone();
                    let death = death.unwrap_or_else(|| status.into());
                    self.bury(worker, death)?;
                }
                None => i += 1,
            }
        }
        self.look()?;
        self.top_up()
    }

    /// Delivers what this worker has published.
    fn read(&mut self, i: usize) {
        let worker = &mut self.workers[i];
        if worker.mute {
            return;
        }
        let frames = &mut worker.frames;
        let received =
            self.board.receive(worker.slot, |more| frames.spare(more));
        let mut rubbish = match received {
            Ok(0) => return,
            // It may have waited for this.
            Ok(_) => {
                worker.seen.1 = Clock::new(Instant::now());
                None
            }
            Err(()) => Some("its ring is out of order".to_owned()),
        };
        while rubbish.is_none() {
            let frame = match worker.frames.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(error) => {
                    rubbish = Some(error.to_string());
                    break;
                }
            };
            if frame.task & COMPLAINT != 0 {
                match decode(frame.payload) {
                    // It ends now, and holds the task that it names.
                    Ok((message, location)) => {
                        worker.death = Some(Death::Panic { message, location });
                    }
                    Err(error) => rubbish = Some(error.to_string()),
                }
                continue;
            }
            let first = frame.task as usize;
            for (task, entry) in (first..).zip(entries(frame.payload)) {
                let (Some(known), Ok(entry)) =
                    (self.known.get_mut(task), entry)
                else {
                    rubbish = Some(format!("no result of task {task}"));
                    break;
                };
                // It died between publishing and telling so: not again.
                if *known == Known::Settled {
                    continue;
                }
                match decode(entry) {
                    Ok(value) => {
                        worker.fruitful = true;
                        *known = Known::Settled;
                        self.open -= 1;
                        self.out.put(task, Ok(value));
                    }
                    // The frame is as it was sent, and so are the others.
                    // Killed, it would leave a task that is not to blame.
                    Err(error) => {
                        worker.rotten.push((task, error.to_string()));
                        self.board.dismiss(worker.slot);
                    }
                }
            }
        }
        if let Some(what) = rubbish {
            worker.mute = true;
            worker.death = Some(Death::Rubbish(what));
            let _ = worker.child.kill();
        }
    }

    /// Kills who is stopped or stuck.
    fn look(&mut self) -> Result<(), Error> {
        let now = Instant::now();
        let often = self.settings.deadline.map_or(LOOK, |d| LOOK.min(d / 4));
        if now.duration_since(self.looked) < often {
            return Ok(());
        }
        self.looked = now;
        for worker in &mut self.workers {
            let state = self.board.state(worker.slot);
            if state != worker.seen.0 || self.board.starving(worker.slot) {
                worker.seen = (state, Clock::new(now));
            }
            // Twice: Ctrl-Z stops all, and `fg` may wake this process first.
            let stopped = worker.child.stopped()?;
            let death = match (stopped, self.settings.deadline) {
                (Some(signal), _) if worker.was_stopped => {
                    Death::Stopped(signal)
                }
                (None, Some(limit)) if worker.seen.1.time(now) > limit => {
                    Death::Deadline(limit)
                }
                _ => {
                    worker.was_stopped = stopped.is_some();
                    continue;
                }
            };
            worker.death.get_or_insert(death);
            worker.child.kill()?;
        }
        Ok(())
    }

    /// So much of the time that has passed may be nobody's fault.
    fn excuse(&mut self, overslept: Duration) {
        if let Some(limit) = self.settings.deadline {
            for worker in &mut self.workers {
                worker.seen.1.excuse(overslept, limit);
            }
        }
    }

    /// Finds out what a worker that has been reaped leaves undone.
    fn bury(&mut self, worker: Worker, death: Death) -> Result<(), Error> {
        let pid = worker.child.pid();
        let state = self.board.state(worker.slot);
        let done = matches!(state, State::Retired | State::Finished);
        let mut rest = worker.given;
        let mut guilty: Vec<(usize, Death)> = worker
            .rotten
            .into_iter()
            .map(|(task, why)| (task, Death::Rubbish(why)))
            .collect();
        if let State::Holding(task) = state
            && task < self.known.len()
        {
            let first = task - task % self.chunk;
            rest.extend(first..(first + self.chunk).min(self.known.len()));
            // Not twice for one death.
            if guilty.iter().all(|(other, _)| *other != task) {
                guilty.push((task, death.clone()));
            }
        }
        rest.extend(guilty.iter().map(|(task, _)| *task));
        guilty.retain(|(task, _)| self.known[*task] != Known::Settled);
        let mut barren = 0;
        if guilty.is_empty() && !done && !worker.fruitful {
            barren = worker.barren + 1;
            if barren == 2 {
                return Err(Error::Start { pid, death });
            }
        }
        for (task, death) in guilty {
            self.charge(task, pid, death);
        }
        rest.retain(|&task| self.known[task] != Known::Settled);
        rest.sort_unstable();
        rest.dedup();
        if !rest.is_empty() || barren > 0 {
            self.again.push(Again {
                tasks: rest,
                barren,
            });
        }
        Ok(())
    }

    /// A worker died of this task, or its result is of no use.
    fn charge(&mut self, task: usize, pid: i32, death: Death) {
        if self.known[task] == Known::Open {
            self.known[task] = Known::Charged;
            return;
        }
        self.known[task] = Known::Settled;
        self.open -= 1;
        self.out.put(task, Err(Error::Task { task, pid, death }));
    }

    /// Forks workers while there is work that nobody has.
    fn top_up(&mut self) -> Result<(), Error> {
        let chunks = self.known.len().div_ceil(self.chunk);
        while self.workers.len() < self.settings.workers {
            let fresh = self.board.claimed() < chunks;
            let next = match self.again.pop() {
                // Its work may have been done by others since.
                Some(next) if next.tasks.is_empty() && !fresh => continue,
                Some(next) => next,
                None if fresh => Again {
                    tasks: Vec::new(),
                    barren: 0,
                },
                None if self.open > 0 && self.workers.is_empty() => {
                    self.gaps += 1;
                    if self.gaps > GAPS {
                        let lost = "tasks are lost again and again";
                        return Err(io::Error::other(lost).into());
                    }
                    let open = |t: &usize| self.known[*t] != Known::Settled;
                    let tasks = (0..self.known.len()).filter(open).collect();
                    Again { tasks, barren: 0 }
                }
                None => break,
            };
            self.fork(next)?;
        }
        Ok(())
    }

    fn fork(&mut self, next: Again) -> Result<(), Error> {
        let taken = |slot: &usize| self.workers.iter().any(|w| w.slot == *slot);
        let slot = (0..self.settings.workers).find(|s| !taken(s));
        let slot = slot.expect("there are as many slots as workers");
        self.board.reset(slot);
        let board = &self.board;
        let here = sched_getcpu();
        let child = ForkedChild::start(|| {
            if self.settings.workers > 1 {
                move_away(here, slot + 1);
            }
            let chunk = self.chunk;
            let tasks = self.known.len();
            let range = |chunk_number: usize| {
                let first = chunk_number.checked_mul(chunk)?;
                (first < tasks).then(|| first..(first + chunk).min(tasks))
            };
            let (given, wanted) = (&next.tasks, self.wanted);
            work(&self.settings, board, slot, &self.run, given, wanted, range)
        })?;
        self.workers.push(Worker {
            child,
            slot,
            frames: Frames::default(),
            given: next.tasks,
            barren: next.barren,
            fruitful: false,
            mute: false,
            rotten: Vec::new(),
            death: None,
            seen: (State::Starting, Clock::new(Instant::now())),
            was_stopped: false,
        });
        Ok(())
    }
}

impl<O> Crew<'_, O> {
    /// To all, before the first is waited for: they then end side by side.
    fn kill_all(&self) {
        if process::id() == self.maker {
            for worker in &self.workers {
                let _ = worker.child.kill();
            }
        }
    }
}

impl<O> Drop for Crew<'_, O> {
    fn drop(&mut self) {
        self.kill_all();
    }
}

/// What a crew is to a pool that does not know its results' type.
pub trait Drive {
    /// Is it over, or has it failed?
    fn done(&self) -> bool;
    /// Does what is to be done before one may sleep on the descriptors.
    fn prepare(&mut self);
    /// That sleep took so much longer than it could.
    fn overslept(&mut self, overslept: Duration);
    /// They become readable when something has happened.
    fn fds(&self) -> Vec<BorrowedFd<'_>>;
}

impl<O: Outbox> Drive for Crew<'_, O> {
    fn done(&self) -> bool {
        self.over() || self.failure.is_some()
    }

    fn prepare(&mut self) {
        self.board.awake();
        self.board.want(self.wanted);
        if let Err(error) = self.attend() {
            self.fail(error);
        }
    }

    fn overslept(&mut self, overslept: Duration) {
        self.excuse(overslept);
    }

    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        let bell = iter::once(self.board.as_fd());
        bell.chain(self.workers.iter().map(|w| w.child.as_fd()))
            .collect()
    }
}

/// Waits until something happens to one of `crews`, or for a while.
pub fn wait_for_one(
    crews: &[Rc<RefCell<dyn Drive + '_>>],
) -> Result<(), Error> {
    for crew in crews {
        crew.borrow_mut().prepare();
    }
    if crews.iter().any(|crew| crew.borrow().done()) {
        return Ok(());
    }
    let lent: Vec<_> = crews.iter().map(|crew| crew.borrow()).collect();
    let fds: Vec<_> = lent.iter().flat_map(|crew| crew.fds()).collect();
    let overslept = doze(&fds, LOOK)?;
    drop(fds);
    drop(lent);
    for crew in crews {
        crew.borrow_mut().overslept(overslept);
    }
    Ok(())
}

/// Sleeps until one of `fds` is readable, or for `limit`. How much longer did
/// it take? So long all of this has been stopped by Ctrl-Z, the workers as
/// well, or had no CPU.
fn doze(fds: &[BorrowedFd<'_>], limit: Duration) -> io::Result<Duration> {
    let end = Instant::now() + limit;
    ready(fds, Some(end))?;
    Ok(Instant::now().saturating_duration_since(end))
}

/// Moves this process to the CPU that is so many after `here`, and
/// lets it go again. The kernel puts a forked process where there is least
/// load, and counts that of the parent, which is about to sleep: two workers
/// would start on one CPU, and stay there for milliseconds beside an
/// idle one.
fn move_away(here: usize, by: usize) {
    let Ok(all) = sched_getaffinity(None) else {
        return;
    };
    let may = |cpu: &usize| all.is_set(*cpu);
    let (before, after) = (0..here, here..CpuSet::MAX_CPU);
    let there = after.chain(before).filter(may).cycle().nth(by);
    let mut only = CpuSet::new();
    if let Some(cpu) = there {
        only.set(cpu);
        let _ = sched_setaffinity(None, &only);
        let _ = sched_setaffinity(None, &all);
    }
}

/// What a worker does, from its start to its end; its exit status.
fn work(
    settings: &Settings<'_>,
    board: &Board,
    slot: usize,
    run: &Task<'_>,
    given: &[usize],
    wanted: Wanted,
    range: impl Fn(usize) -> Option<Range<usize>>,
) -> i32 {
    panics::listen();
    let mut desk = Desk {
        board,
        slot,
        unsent: Vec::new(),
        first: 0,
    };
    if let Some(start) = &settings.start
        && let Err(payload) = catch_unwind(AssertUnwindSafe(|| start()))
    {
        desk.complain(NO_TASK, &panics::said(payload));
        return 101;
    }
    let mut ran = 0;
    // A task that panicked may have left memory half changed: this process
    // runs no other.
    for &task in given {
        if !desk.run(task, run) {
            return 101;
        }
        desk.send();
        ran += 1;
    }
    let goes_on = |ran| settings.most.is_none_or(|most| ran < most);
    while goes_on(ran) && !board.dismissed(slot) {
        let Some(tasks) = range(board.claim(slot)) else {
            board.tell(slot, State::Finished);
            return 0;
        };
        ran += tasks.len();
        for task in tasks {
            if !desk.run(task, run) {
                return 101;
            }
            if wanted == Wanted::Any {
                desk.send();
            }
        }
        desk.send();
    }
    board.tell(slot, State::Retired);
    0
}

/// Where a worker has its results until it sends them.
struct Desk<'a> {
    board: &'a Board,
    slot: usize,
    /// A frame to be sealed, or nothing.
    unsent: Vec<u8>,
    /// The task of its first entry.
    first: usize,
}

impl Desk<'_> {
    /// Runs a task. Sends what there is if that is much. Answers whether
    /// this process may run another one.
    fn run(&mut self, task: usize, run: &Task<'_>) -> bool {
        self.board.tell(self.slot, State::Holding(task));
        let end = self.unsent.len();
        let unsent = &mut self.unsent;
        if end == 0 {
            self.first = task;
        }
        let result = catch_unwind(AssertUnwindSafe(|| run(task, unsent)));
        let complaint = match result {
            Ok(Ok(())) => {
                panics::tell_caught();
                if self.unsent.len() > MUCH || strike::armed() {
                    self.send();
                }
                return true;
            }
            Ok(Err(rubbish)) => (rubbish.to_string(), None),
            Err(payload) => panics::said(payload),
        };
        self.unsent.truncate(end);
        self.send();
        self.complain(task as u64, &complaint);
        false
    }

    fn send(&mut self) {
        if !self.unsent.is_empty() {
            seal(self.first as u64, &mut self.unsent);
            self.board.send(self.slot, &self.unsent);
            self.unsent.clear();
        }
    }

    /// Sends what a panic said, and where.
    fn complain(&self, task: u64, complaint: &Complaint) {
        let mut frame = Vec::new();
        let told = encode(task | COMPLAINT, complaint, &mut frame);
        told.expect("it is a text");
        self.board.send(self.slot, &frame);
    }
}
