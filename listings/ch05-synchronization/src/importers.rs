//! An import by several processes with several threads each, and how to bring
//! it down: in order, within a time, and with nothing left behind.

pub mod faults;

use crate::barrier::{Barrier, Member};
use crate::fenced::Fenced;
use crate::leader::Candidate;
use ch03_processes::fork::ForkedChild;
use ch03_processes::pidfd::ready;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch03_processes::signals::Signals;
use ch04_ipc::peer::Peer;
use ch04_ipc::queue::{self, Queue};
use nix::sys::signal::Signal;
use std::array;
use std::error::Error;
use std::io;
use std::os::fd::AsFd;
use std::panic;
use std::process::ExitStatus;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The processes.
pub const MEMBERS: usize = 3;
/// The threads of each.
pub const THREADS: usize = 2;
/// The parts of the log.
pub const PARTS: usize = 60;

// ANCHOR: board
shareable! {
    /// What all of them see.
    #[derive(Debug)]
    struct Board {
        phases: Barrier<MEMBERS>,
        /// How many parts are done, and `WRITTEN`.
        report: Fenced,
        /// For each part: `WAITS`, who has it, or `DONE`.
        parts: [AtomicU32; PARTS],
    }
}

const WAITS: u32 = 0;
/// A member's number plus this has it.
const BEGUN: u32 = 1;
const DONE: u32 = 100;
const WRITTEN: u32 = 1 << 31;
// ANCHOR_END: board

/// A moment at which a member may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It has begun, and not joined the others.
    Began,
    /// It is ready to work, and waits for the others.
    Ready,
    /// All are ready.
    Begins,
    /// A thread of it has a part.
    Took,
    /// A thread of it has done a part.
    Did,
    /// It has drained the queue, and waits for the others.
    Drained,
    /// It leads, and is about to write the report.
    Leads,
    /// The report is written.
    Wrote,
}

/// Where members of an import strike against what they are to do.
pub(crate) type At<'a> = &'a (dyn Fn(Step) + Sync);

/// An import that may be begun.
#[derive(Debug)]
pub struct Import {
    dir: TempDir,
    queue: Queue<u32>,
    board: Shared<Board>,
    drain: Duration,
    end: Duration,
}

/// An import that runs. Dropping it kills its processes.
#[derive(Debug)]
pub struct Running<'a> {
    import: &'a Import,
    members: Vec<ForkedChild>,
}

/// What has become of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How each member has ended.
    pub ends: Vec<ExitStatus>,
    /// The parts that were done.
    pub done: u32,
    /// The parts that are to be done by the next import.
    pub given_up: Vec<usize>,
}

impl Import {
    /// An import whose members may take so long, once it is to end, to `drain`
    /// the queue, and so long to write the report and `end` then.
    ///
    /// # Errors
    ///
    /// There is no memory, or no place for the lock's file.
    pub fn new(drain: Duration, end: Duration) -> io::Result<Import> {
        let import = Import {
            dir: tempfile::tempdir()?,
            queue: Queue::new(PARTS, 8)?,
            board: Shared::new()?,
            drain,
            end,
        };
        for part in 0..PARTS as u32 {
            import.queue.put(&part).map_err(io::Error::other)?;
        }
        Ok(import)
    }

    /// Starts the processes; `at_start` is called in each of them, with its
    /// number, when all are ready.
    ///
    /// # Errors
    ///
    /// The system refuses a process, or this one has several threads. None is
    /// left then.
    pub fn start(
        &self,
        at_start: impl Fn(usize) + Sync,
    ) -> Result<Running<'_>, Box<dyn Error>> {
        self.start_stepping(|number, step| {
            if step == Step::Begins {
                at_start(number);
            }
        })
    }

    fn start_stepping(
        &self,
        step: impl Fn(usize, Step) + Sync,
    ) -> Result<Running<'_>, Box<dyn Error>> {
        let mut members = Vec::new();
        for i in 0..MEMBERS {
            let child = ForkedChild::start(|| {
                i32::from(self.take_part(i, &|at| step(i, at)).is_err())
            })?;
            let peer = Peer::of(child.pid() as u32)?;
            members.push(child);
            // Its death is told to the others from now on.
            self.board.phases.expect(i, peer)?;
        }
        Ok(Running {
            import: self,
            members,
        })
    }
}

// ANCHOR: member
impl Import {
    fn take_part(&self, i: usize, step: At<'_>) -> Result<(), Box<dyn Error>> {
        // A terminal, or a service manager, may signal all of them. Whether
        // they stop is for the parent to say.
        let _deaf = Signals::block(&[Signal::SIGTERM, Signal::SIGINT])?;
        step(Step::Began);
        let mut member = self.board.phases.join(i).ok();
        step(Step::Ready);
        meet(&mut member);
        step(Step::Begins);
        thread::scope(|scope| {
            let threads =
                [(); THREADS].map(|()| scope.spawn(|| self.count(i, step)));
            // All of them, before the first one's panic goes on.
            let ends = threads.map(|thread| thread.join());
            for end in ends {
                end.unwrap_or_else(|panic| panic::resume_unwind(panic))?;
            }
            Ok::<_, queue::Error>(())
        })?;
        step(Step::Drained);
        if !meet(&mut member) {
            // Somebody is missing. When the others have drained, the parent
            // will see by their ends, and report.
            return Ok(());
        }
        let limit = self.drain.saturating_add(self.end);
        let deadline = Instant::now().checked_add(limit);
        let mut candidate = Candidate::open(self.dir.path().join("leader"))?;
        let leader = candidate.wait_until(deadline)?.ok_or("too late")?;
        step(Step::Leads);
        self.write_report(leader.term())?;
        step(Step::Wrote);
        Ok(())
    }

    /// Until the queue is closed, and empty.
    fn count(&self, i: usize, step: At<'_>) -> Result<(), queue::Error> {
        for part in self.queue.iter() {
            let state = &self.board.parts[part? as usize];
            let begun = BEGUN + i as u32;
            // The queue gives each part once. Were one got twice, this thread
            // would do it, or the other.
            let mine = state.compare_exchange(WAITS, begun, AcqRel, Relaxed);
            if mine.is_ok() {
                step(Step::Took);
                // Here the part's lines would be counted.
                state.store(DONE, Release);
                step(Step::Did);
            }
        }
        Ok(())
    }

    /// Whoever leads first writes it; the others find it written.
    fn write_report(&self, term: u32) -> Result<(), Box<dyn Error>> {
        let report = &self.board.report;
        if report.update(term, |report| report)? & WRITTEN != 0 {
            return Ok(());
        }
        let mut done = 0;
        for state in &self.board.parts {
            done += u32::from(state.load(Acquire) == DONE);
        }
        report.update(term, |_| done | WRITTEN)?;
        Ok(())
    }
}

/// Waits for the others. `false` says that somebody is missing.
fn meet(member: &mut Option<Member<'_, MEMBERS>>) -> bool {
    let met = member.as_mut().is_some_and(|member| member.wait().is_ok());
    if !met {
        *member = None;
    }
    met
}
// ANCHOR_END: member

/// How often one looks who is stopped, of which nothing tells.
const SIGHT: Duration = Duration::from_millis(10);

/// The deadline, or so much later than now.
fn earlier(deadline: Option<Instant>, time: Duration) -> Option<Instant> {
    let soon = Instant::now().checked_add(time);
    deadline.into_iter().chain(soon).min()
}

impl Running<'_> {
    // ANCHOR: bring_down
    /// Lets the members finish what there is, and end; if they do not, ends
    /// them. It takes no longer than the import's two limits, whoever is
    /// stopped or stuck, and what the kernel takes to kill them.
    ///
    /// # Errors
    ///
    /// Somebody else has reaped a member, or the report cannot be written.
    pub fn bring_down(mut self) -> Result<Report, Box<dyn Error>> {
        let import = self.import;
        // 1. Nothing new comes in. Who waits for a part goes on.
        import.queue.close();
        // 2. They drain, wait for each other, and one writes the report.
        if !self.wait_until(Instant::now().checked_add(import.drain))? {
            // 3. Nobody waits for the late any more.
            import.board.phases.abort();
            let deadline = Instant::now().checked_add(import.end);
            while !self.wait_until(earlier(deadline, SIGHT))?
                && deadline.is_none_or(|at| Instant::now() < at)
            {
                self.kill_stopped()?;
            }
        }
        // 4. Who is left now is stuck.
        for member in &self.members {
            member.kill()?;
        }
        let mut ends = Vec::new();
        for member in &mut self.members {
            ends.push(member.wait()?);
        }
        // 5. All are dead, and their locks released: nobody is in the way.
        let path = import.dir.path().join("leader");
        let mut candidate = Candidate::open(path)?;
        let leader = candidate.try_lead()?.ok_or("somebody is left")?;
        import.write_report(leader.term())?;
        Ok(import.report(ends))
    }

    /// Whoever is stopped will do nothing, and may lead.
    fn kill_stopped(&mut self) -> io::Result<()> {
        for member in &self.members {
            if member.stopped()?.is_some() {
                member.kill()?;
            }
        }
        Ok(())
    }

    /// Waits until all have ended: did they?
    fn wait_until(&mut self, deadline: Option<Instant>) -> io::Result<bool> {
        loop {
            let mut running = Vec::new();
            for member in &mut self.members {
                if member.try_wait()?.is_none() {
                    running.push(&*member);
                }
            }
            if running.is_empty() {
                return Ok(true);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Ok(false);
            }
            let pidfds: Vec<_> = running.iter().map(|m| m.as_fd()).collect();
            ready(&pidfds, deadline)?;
        }
    }
    // ANCHOR_END: bring_down
}

impl Import {
    fn report(&self, ends: Vec<ExitStatus>) -> Report {
        let (report, _) = self.board.report.read();
        let parts: [u32; PARTS] =
            array::from_fn(|i| self.board.parts[i].load(Relaxed));
        let given_up = (0..PARTS).filter(|i| parts[*i] != DONE).collect();
        Report {
            ends,
            done: report & !WRITTEN,
            given_up,
        }
    }
}
