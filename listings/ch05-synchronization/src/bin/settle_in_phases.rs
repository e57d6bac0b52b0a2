//! Three branches settle four days in phases, and whoever leads books them.
//! The leader is killed on the third day.

use ch03_processes::fork::ForkedChild;
use ch03_processes::pidfd::ready;
use ch03_processes::shareable;
use ch03_processes::shared::Shared;
use ch04_ipc::peer::Peer;
use ch05_synchronization::barrier::{Barrier, Member};
use ch05_synchronization::event::Event;
use ch05_synchronization::fenced::Fenced;
use ch05_synchronization::leader::Candidate;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

const BRANCHES: usize = 3;
const DAYS: u32 = 4;
const LIMIT: Duration = Duration::from_secs(20);
/// The books are one word: the days above, their total below.
const DAY: u32 = 1 << 24;

type Failure = Box<dyn Error>;

shareable! {
    struct Office {
        phases: Barrier<BRANCHES>,
        /// A branch has left the broken barrier; it is whole again.
        left: Event,
        whole: Event,
        booked: Fenced,
        takings: [AtomicU32; BRANCHES],
        _spare: AtomicU32,
    }
}

fn work(office: &Office, branch: usize, lock: &Path) -> Result<(), Failure> {
    let mut candidate = Candidate::open(lock)?;
    loop {
        let count = office.whole.count();
        let is_settled = match office.phases.join(branch) {
            Ok(member) => settle(office, member, &mut candidate)?,
            Err(_) => false,
        };
        if is_settled {
            return Ok(());
        }
        office.left.pulse();
        let deadline = Instant::now().checked_add(LIMIT);
        office.whole.wait_past(count, None, deadline)?;
    }
}

/// `false`: a branch is lost. What is not booked has to be done once more.
fn settle(
    office: &Office,
    mut member: Member<BRANCHES>,
    candidate: &mut Candidate,
) -> Result<bool, Failure> {
    let leader = candidate.try_lead()?;
    loop {
        let day = office.booked.read().0 / DAY + 1;
        if day > DAYS {
            return Ok(true);
        }
        let takings = 10 * (member.number() as u32 + 1) + day;
        office.takings[member.number()].store(takings, Relaxed);
        if member.wait_timeout(LIMIT).is_err() {
            return Ok(false);
        }
        if let Some(leader) = &leader {
            let term = leader.term();
            if (day, term) == (3, 1) {
                raise(Signal::SIGKILL)?;
            }
            let takings = office.takings.iter().map(|t| t.load(Relaxed));
            let sum: u32 = takings.sum();
            office.booked.update(term, |books| books + DAY + sum)?;
            println!("day {day}: {sum} booked, in term {term}");
        }
        // Nobody begins the next day before this one is booked.
        if member.wait_timeout(LIMIT).is_err() {
            return Ok(false);
        }
    }
}

fn main() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let lock = dir.path().join("leader");
    let office = Shared::<Office>::new()?;
    let start = |branch| -> Result<ForkedChild, Failure> {
        let child = ForkedChild::start(|| {
            i32::from(work(&office, branch, &lock).is_err())
        })?;
        office
            .phases
            .expect(branch, Peer::of(child.pid() as u32)?)?;
        Ok(child)
    };
    let mut children = [start(0)?, start(1)?, start(2)?].map(Some);
    let deadline = Instant::now().checked_add(LIMIT);
    while children.iter().any(Option::is_some) {
        let running = children.iter().flatten();
        let pidfds: Vec<_> = running.map(|child| child.as_fd()).collect();
        if !ready(&pidfds, deadline)?.contains(&true) {
            return Err("a branch is stuck".into());
        }
        for (branch, slot) in children.iter_mut().enumerate() {
            let Some(child) = slot else { continue };
            let Some(status) = child.try_wait()? else {
                continue;
            };
            if status.success() {
                *slot = None;
                continue;
            }
            println!("a branch is lost: {status}");
            loop {
                let count = office.left.count();
                if office.phases.reset().is_ok() {
                    break;
                }
                office.left.wait_past(count, None, deadline)?;
            }
            *slot = Some(start(branch)?);
            office.whole.pulse();
        }
    }
    println!("total: {}", office.booked.read().0 % DAY);
    Ok(())
}
