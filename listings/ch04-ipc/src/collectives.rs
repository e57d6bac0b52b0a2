//! Processes that talk all to all: broadcast, scatter, gather, all-to-all,
//! reduce, and an exchange with neighbours, as MPI has them. Each process of
//! a group, a *rank*, is a fork, with a Unix socket to every other.

pub mod faults;

use crate::frames::{FrameError, FrameReader, FrameWriter};
use crate::polling::poll_until;
use ch03_processes::fork::ForkedChild;
use ch03_processes::pidfd::ready;
use rustix::event::{PollFd, PollFlags};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, ErrorKind, PipeReader};
use std::mem;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// The longest message, in bytes. The ranks are one program and trust each
/// other.
const LONGEST: u32 = 1 << 30;

/// The largest group: each rank has a socket to every other.
pub const MOST_RANKS: usize = 16;

/// Why a call failed. Afterwards this rank is out of the group: all its
/// sockets are shut down, so that who waits for it is told, and each further
/// call is `GaveUp`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum RankError {
    /// This rank has ended, or a call of its own has failed.
    PeerDied(usize),
    /// The time is over, and from these ranks nothing has come, or they do
    /// not take what is sent to them.
    TimedOut(Vec<usize>),
    /// This rank calls something else at this point. All ranks have to call
    /// the same collectives in the same order. Of several equal calls in a row
    /// nobody can say which one a rank has left out: it is noticed where its
    /// next other call is.
    OutOfStep(usize),
    /// What it sent is not of the type asked for: it may be out of step, too.
    /// Or what is for it cannot be sent.
    Unreadable(usize, String),
    /// An earlier call has failed.
    GaveUp,
    /// The system refuses to wait.
    System(String),
}

impl fmt::Display for RankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RankError::PeerDied(rank) => write!(f, "rank {rank} is gone"),
            RankError::TimedOut(ranks) => {
                write!(f, "not in time: ranks {ranks:?}")
            }
            RankError::OutOfStep(rank) => {
                write!(f, "rank {rank} calls something else")
            }
            RankError::Unreadable(rank, why) => {
                write!(f, "message of or to rank {rank}: {why}")
            }
            RankError::GaveUp => f.write_str("an earlier call has failed"),
            RankError::System(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for RankError {}

/// How a rank ended without a result.
#[derive(Debug)]
pub enum RankEnd {
    /// It said why.
    Failed(RankError),
    /// It died, by a signal, `exit`, or a panic (status 101).
    Died(ExitStatus),
    /// It had not ended at the deadline, and was killed.
    TimedOut,
}

impl fmt::Display for RankEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RankEnd::Failed(error) => error.fmt(f),
            RankEnd::Died(status) => write!(f, "died: {status}"),
            RankEnd::TimedOut => f.write_str("not done in time"),
        }
    }
}

impl std::error::Error for RankEnd {}

/// What is called, and the how-manieth: in front of each message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Step {
    Broadcast(u64),
    Scatter(u64),
    Gather(u64),
    AllToAll(u64),
    /// The round that the caller has named: not all ranks need to join.
    Exchange(u64),
}

/// One of the processes of a group: its place in it, and its sockets.
#[derive(Debug)]
pub struct Rank {
    id: usize,
    /// By the other's number. There is none to itself.
    links: HashMap<usize, Link>,
    size: usize,
    /// How many collectives this rank has called.
    calls: u64,
    patience: Option<Duration>,
    gave_up: bool,
    strike: Option<faults::Strike>,
}

#[derive(Debug)]
struct Link {
    from: FrameReader<UnixStream>,
    to: FrameWriter<UnixStream>,
}

impl Rank {
    fn new(
        id: usize,
        size: usize,
        streams: HashMap<usize, UnixStream>,
    ) -> Result<Rank, RankError> {
        let links = streams
            .into_iter()
            .map(|(rank, stream)| Ok((rank, Link::new(stream)?)))
            .collect::<io::Result<_>>()
            .map_err(|error| RankError::System(error.to_string()))?;
        Ok(Rank {
            id,
            links,
            size,
            calls: 0,
            patience: None,
            gave_up: false,
            strike: None,
        })
    }

    /// Its number, from 0.
    pub fn id(&self) -> usize {
        self.id
    }

    /// How many ranks there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How long each of the calls below may take, from here on. Without it a
    /// call waits as long as the ranks it waits for are there: for ever, if
    /// one of them is stopped, or never makes the same call.
    pub fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
    }

    fn others(&self) -> impl Iterator<Item = usize> + use<> {
        let id = self.id;
        (0..self.size).filter(move |rank| *rank != id)
    }

    fn next_call(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }

    /// From `root` to all: everybody returns the root's `value`. The others'
    /// is not used.
    ///
    /// # Errors
    ///
    /// As [`RankError`] says, for all of these.
    ///
    /// # Panics
    ///
    /// There is no such root, for all that have one.
    pub fn broadcast<T>(
        &mut self,
        root: usize,
        value: T,
    ) -> Result<T, RankError>
    where
        T: Serialize + DeserializeOwned + Clone,
    {
        let step = Step::Broadcast(self.next_call());
        if self.id == root {
            let copies = self.others().map(|rank| (rank, value.clone()));
            self.trade::<T>(step, copies.collect(), &[])?;
            return Ok(value);
        }
        let mut got = self.trade(step, vec![], &[self.checked(root)])?;
        Ok(got.remove(0))
    }

    // ANCHOR: scatter
    /// From `root` one of `values` to each rank, in their order. The others'
    /// are not used.
    ///
    /// # Panics
    ///
    /// The root has not one for each.
    pub fn scatter<T>(
        &mut self,
        root: usize,
        values: Vec<T>,
    ) -> Result<T, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        let step = Step::Scatter(self.next_call());
        if self.id == root {
            assert_eq!(values.len(), self.size, "one value for each rank");
            let mut values: Vec<_> = values.into_iter().enumerate().collect();
            let (_, own) = values.remove(root);
            self.trade::<T>(step, values, &[])?;
            return Ok(own);
        }
        let mut got = self.trade(step, vec![], &[self.checked(root)])?;
        Ok(got.remove(0))
    }

    // ANCHOR_END: scatter
    /// From each rank its `value` to `root`, which returns them in order;
    /// the others return `None`, as soon as the sockets have taken what they
    /// send. A large value (some 200 kB) is taken as the root reads it.
    pub fn gather<T>(
        &mut self,
        root: usize,
        value: T,
    ) -> Result<Option<Vec<T>>, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        let step = Step::Gather(self.next_call());
        if self.id == root {
            let others: Vec<_> = self.others().collect();
            let mut got = self.trade(step, vec![], &others)?;
            got.insert(root, value);
            return Ok(Some(got));
        }
        self.trade::<T>(step, vec![(self.checked(root), value)], &[])?;
        Ok(None)
    }

    /// From each rank one of its `values` to each: rank *i* returns the *i*-th
    /// of all, in the order of the ranks.
    ///
    /// # Panics
    ///
    /// There is not one value for each.
    pub fn all_to_all<T>(&mut self, values: Vec<T>) -> Result<Vec<T>, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        assert_eq!(values.len(), self.size, "one value for each rank");
        let step = Step::AllToAll(self.next_call());
        let others: Vec<_> = self.others().collect();
        let mut values: Vec<_> = values.into_iter().enumerate().collect();
        let (_, own) = values.remove(self.id);
        let mut got = self.trade(step, values, &others)?;
        got.insert(self.id, own);
        Ok(got)
    }

    /// All values made one, at `root`: `join` joins them in the order of the
    /// ranks, so that it need not be commutative, and a sum of floating-point
    /// numbers is the same each time.
    pub fn reduce<T>(
        &mut self,
        root: usize,
        value: T,
        join: impl Fn(T, T) -> T,
    ) -> Result<Option<T>, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        let all = self.gather(root, value)?;
        Ok(all.and_then(|all| all.into_iter().reduce(join)))
    }

    /// The same, and everybody returns it.
    pub fn all_reduce<T>(
        &mut self,
        value: T,
        join: impl Fn(T, T) -> T,
    ) -> Result<T, RankError>
    where
        T: Serialize + DeserializeOwned + Clone,
    {
        let own = value.clone();
        let joined = self.reduce(0, value, join)?;
        self.broadcast(0, joined.unwrap_or(own))
    }

    /// To each of some ranks a message, and from each of them one, in the
    /// same order. They have to do the same with this one, in the same
    /// `round`: a number that both sides know, and that no other exchange of
    /// the two has just had. A rank that has left one out is `OutOfStep`.
    ///
    /// # Panics
    ///
    /// There is no such rank, or it is this one, or it is named twice.
    pub fn exchange<T>(
        &mut self,
        round: u64,
        messages: Vec<(usize, T)>,
    ) -> Result<Vec<T>, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        let with: Vec<_> =
            messages.iter().map(|(r, _)| self.checked(*r)).collect();
        let each: HashSet<_> = with.iter().collect();
        assert_eq!(each.len(), with.len(), "one message for each");
        self.trade(Step::Exchange(round), messages, &with)
    }

    fn checked(&self, rank: usize) -> usize {
        assert!(self.links.contains_key(&rank), "no other rank is {rank}");
        rank
    }

    fn give_up(&mut self) {
        self.gave_up = true;
        for link in self.links.values() {
            let _ = link.to.get_ref().shutdown(Shutdown::Both);
        }
    }

    /// Sends, and receives one message from each of `from`, in that order. It
    /// does whichever does not wait, so that all ranks may send first.
    fn trade<T>(
        &mut self,
        step: Step,
        send: Vec<(usize, T)>,
        from: &[usize],
    ) -> Result<Vec<T>, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        if self.gave_up {
            return Err(RankError::GaveUp);
        }
        let traded = self.try_trade(step, send, from);
        if traded.is_err() {
            // Who waits for this rank is told, and gives up as well.
            self.give_up();
        }
        traded
    }

    // ANCHOR: trade
    fn try_trade<T>(
        &mut self,
        step: Step,
        send: Vec<(usize, T)>,
        from: &[usize],
    ) -> Result<Vec<T>, RankError>
    where
        T: Serialize + DeserializeOwned,
    {
        let deadline =
            self.patience.and_then(|p| Instant::now().checked_add(p));
        let send = send.into_iter();
        let mut send: Vec<_> = send.map(|(to, m)| (to, m, Sent::No)).collect();
        let mut got: HashMap<usize, T> = HashMap::new();
        loop {
            faults::strike_if_planned(&mut self.strike);
            for (to, message, sent) in &mut send {
                *sent = self.link(*to).send(step, message, *sent, *to)?;
            }
            for rank in from {
                if !got.contains_key(rank) {
                    let news = self.link(*rank).receive(step, *rank)?;
                    got.extend(news.map(|message| (*rank, message)));
                }
            }
            let unsent = send.iter().filter(|(.., sent)| *sent != Sent::Whole);
            let unsent: Vec<usize> = unsent.map(|(to, ..)| *to).collect();
            let missing = from.iter().filter(|rank| !got.contains_key(rank));
            let missing: Vec<usize> = missing.copied().collect();
            if unsent.is_empty() && missing.is_empty() {
                let taken = |rank| got.remove(rank).expect("none is missing");
                return Ok(from.iter().map(taken).collect());
            }
            self.wait(&unsent, &missing, deadline)?;
        }
    }
    // ANCHOR_END: trade

    fn link(&mut self, rank: usize) -> &mut Link {
        self.links.get_mut(&rank).expect("it was checked")
    }

    /// Waits until one of these takes, or has sent, something.
    fn wait(
        &self,
        to: &[usize],
        from: &[usize],
        deadline: Option<Instant>,
    ) -> Result<(), RankError> {
        let takes =
            |rank| PollFd::new(self.links[rank].to.get_ref(), PollFlags::OUT);
        let sends = |rank| PollFd::new(&self.links[rank].from, PollFlags::IN);
        let polled = to.iter().map(takes).chain(from.iter().map(sends));
        let mut polled: Vec<PollFd<'_>> = polled.collect();
        match poll_until(&mut polled, deadline) {
            Ok(true) => Ok(()),
            Ok(false) => {
                let mut missing = [to, from].concat();
                missing.sort_unstable();
                missing.dedup();
                Err(RankError::TimedOut(missing))
            }
            Err(error) => Err(RankError::System(error.to_string())),
        }
    }
}

/// How much of a message is on its way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sent {
    No,
    InPart,
    Whole,
}

impl Link {
    fn new(stream: UnixStream) -> io::Result<Link> {
        Ok(Link {
            to: FrameWriter::with_limit(stream.try_clone()?, LONGEST),
            from: FrameReader::with_limit(stream, LONGEST),
        })
    }

    /// Sends what there is room for.
    fn send<T: Serialize>(
        &mut self,
        step: Step,
        message: &T,
        sent: Sent,
        rank: usize,
    ) -> Result<Sent, RankError> {
        let now = Instant::now();
        let done = match sent {
            Sent::No => self.to.send_before(&(step, message), now),
            Sent::InPart => self.to.flush_before(now),
            Sent::Whole => Ok(()),
        };
        match done {
            Ok(()) => Ok(Sent::Whole),
            Err(FrameError::Unfinished) => Ok(Sent::InPart),
            Err(FrameError::TimedOut) => Ok(sent),
            Err(error) => Err(of(rank, error)),
        }
    }

    /// The message, if it is there.
    fn receive<T: DeserializeOwned>(
        &mut self,
        step: Step,
        rank: usize,
    ) -> Result<Option<T>, RankError> {
        match self.from.next_before::<(Step, T)>(Instant::now()) {
            Ok(Some((its, message))) if its == step => Ok(Some(message)),
            Ok(Some(_)) => Err(RankError::OutOfStep(rank)),
            Ok(None) => Err(RankError::PeerDied(rank)),
            Err(FrameError::TimedOut) => Ok(None),
            Err(error) => Err(of(rank, error)),
        }
    }
}

fn of(rank: usize, error: FrameError) -> RankError {
    match error {
        FrameError::PeerDied | FrameError::Truncated { .. } => {
            RankError::PeerDied(rank)
        }
        other => RankError::Unreadable(rank, other.to_string()),
    }
}

/// Runs `body` in `size` processes, and returns what each of them has
/// returned, in order. It waits for them without limit: see [`run_within`].
///
/// A process that `body` forks has copies of its rank's sockets and pipe: as
/// long as it lives, nobody is told of that rank's death. (One that is started
/// by [`Command`](std::process::Command) has none: they are closed at exec.)
///
/// # Errors
///
/// There are more ranks than [`MOST_RANKS`]. This process has more than one
/// thread, and may not fork, or the system refuses processes or descriptors.
/// No process is left then.
///
/// # Examples
///
/// ```standalone_crate
/// use ch04_ipc::collectives::run;
///
/// let sums = run(4, |rank| {
///     let number = rank.scatter(0, vec![1_u32, 10, 100, 1_000])?;
///     rank.all_reduce(number, |a, b| a + b)
/// })?;
/// assert!(sums.iter().all(|sum| matches!(sum, Ok(1_111))));
/// # std::io::Result::Ok(())
/// ```
pub fn run<T>(
    size: usize,
    body: impl Fn(&mut Rank) -> Result<T, RankError>,
) -> io::Result<Vec<Result<T, RankEnd>>>
where
    T: Serialize + DeserializeOwned,
{
    Group::start(size, body)?.collect(None)
}

/// As [`run`], for `time` at most: who has not ended by then is killed.
///
/// # Errors
///
/// As for [`run`].
pub fn run_within<T>(
    size: usize,
    time: Duration,
    body: impl Fn(&mut Rank) -> Result<T, RankError>,
) -> io::Result<Vec<Result<T, RankEnd>>>
where
    T: Serialize + DeserializeOwned,
{
    Group::start(size, body)?.collect(Instant::now().checked_add(time))
}

/// All ranks, seen by the process that started them. Dropping it kills them.
struct Group<T> {
    members: Vec<Member<T>>,
}

struct Member<T> {
    child: ForkedChild,
    result: FrameReader<PipeReader>,
    end: Option<Result<T, RankEnd>>,
}

impl<T: Serialize + DeserializeOwned> Group<T> {
    fn start(
        size: usize,
        body: impl Fn(&mut Rank) -> Result<T, RankError>,
    ) -> io::Result<Group<T>> {
        if size > MOST_RANKS {
            let most = format!("{size} ranks, at most {MOST_RANKS}");
            return Err(io::Error::new(ErrorKind::InvalidInput, most));
        }
        let mut mesh: Vec<HashMap<usize, UnixStream>> = Vec::new();
        for id in 0..size {
            mesh.push(HashMap::new());
            for other in 0..id {
                let (one, two) = UnixStream::pair()?;
                mesh[id].insert(other, one);
                mesh[other].insert(id, two);
            }
        }
        let mut members = Vec::new();
        for id in 0..size {
            let (result, to_parent) = io::pipe()?;
            let child = ForkedChild::start(|| {
                // All other ends are closed here. Else nobody would see it
                // when their owner ends.
                let streams = mem::take(&mut mesh).swap_remove(id);
                let end = Rank::new(id, size, streams)
                    .and_then(|mut rank| body(&mut rank));
                let mut to_parent = FrameWriter::with_limit(to_parent, LONGEST);
                i32::from(to_parent.send(&end).is_err())
            })?;
            members.push(Member {
                child,
                result: FrameReader::with_limit(result, LONGEST),
                end: None,
            });
        }
        Ok(Group { members })
    }

    fn collect(
        mut self,
        deadline: Option<Instant>,
    ) -> io::Result<Vec<Result<T, RankEnd>>> {
        while self.collect_some(deadline)? {}
        for member in &mut self.members {
            match deadline {
                // What it prints at its end is still to be printed.
                None => drop(member.child.wait()?),
                Some(at) => {
                    let left = at.saturating_duration_since(Instant::now());
                    member.child.wait_timeout(left)?;
                }
            }
        }
        let ends = self.members.into_iter().map(|member| member.end);
        Ok(ends
            .map(|end| end.unwrap_or(Err(RankEnd::TimedOut)))
            .collect())
    }

    /// Waits for the end of some; `false` is the deadline, or the end of all.
    fn collect_some(&mut self, deadline: Option<Instant>) -> io::Result<bool> {
        let members = self.members.iter_mut();
        let mut open: Vec<_> = members.filter(|m| m.end.is_none()).collect();
        let descriptors: Vec<_> =
            open.iter().map(|member| member.result.as_fd()).collect();
        if descriptors.is_empty() {
            return Ok(false);
        }
        let told = ready(&descriptors, deadline)?;
        for (member, told) in open.iter_mut().zip(&told) {
            if *told {
                member.end = member.look()?;
            }
        }
        Ok(told.contains(&true))
    }
}

impl<T: DeserializeOwned> Member<T> {
    /// Its end, if it has come.
    fn look(&mut self) -> io::Result<Option<Result<T, RankEnd>>> {
        match self.result.next_before(Instant::now()) {
            Ok(Some(Ok(value))) => Ok(Some(Ok(value))),
            Ok(Some(Err(error))) => Ok(Some(Err(RankEnd::Failed(error)))),
            Err(FrameError::TimedOut) => Ok(None),
            // It has closed its end: it is gone, or about to be.
            _ => Ok(Some(Err(RankEnd::Died(self.child.wait()?)))),
        }
    }
}

/// Ranks as a grid, row by row: rank 0 is at the upper left.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
}

impl Grid {
    /// The ranks above, below, left and right of this one, where there are
    /// any.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::collectives::Grid;
    ///
    /// let grid = Grid { rows: 2, columns: 3 }; // 0 1 2
    /// let around = grid.around(4); //             3 4 5
    /// assert_eq!(around, [Some(1), None, Some(3), Some(5)]);
    /// ```
    pub fn around(self, rank: usize) -> [Option<usize>; 4] {
        let (row, column) = (rank / self.columns, rank % self.columns);
        let above = row.checked_sub(1).map(|_| rank - self.columns);
        let below = (row + 1 < self.rows).then_some(rank + self.columns);
        let left = column.checked_sub(1).map(|_| rank - 1);
        let right = (column + 1 < self.columns).then_some(rank + 1);
        [above, below, left, right]
    }
}

/// Who gives up tells all who wait for it, also if it lives on.
///
/// ```standalone_crate
/// use ch04_ipc::collectives::{RankEnd, RankError, run_within};
/// use std::io::{self, Read, Write};
/// use std::time::Duration;
///
/// let (told, tell) = io::pipe()?;
/// let limit = Duration::from_secs(10);
/// let ends = run_within(3, limit, |rank| match rank.id() {
///     0 => {
///         let all = rank.gather(0, ());
///         (&told).read_exact(&mut [0]).unwrap();
///         all.map(drop)
///     }
///     1 => {
///         rank.gather(0, ())?;
///         let answer = rank.broadcast(0, ());
///         (&tell).write_all(&[0]).unwrap();
///         assert_eq!(rank.gather(0, ()), Err(RankError::GaveUp));
///         answer
///     }
///     _ => Ok(()),
/// })?;
/// let died = |end: &Result<(), RankEnd>, of| match end {
///     Err(RankEnd::Failed(error)) => *error == RankError::PeerDied(of),
///     _ => false,
/// };
/// assert!(died(&ends[0], 2) && died(&ends[1], 0) && ends[2].is_ok());
/// # io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct WhoGivesUpTells;

/// A group ends at its deadline, and a panic ends its rank alone.
///
/// ```standalone_crate
/// use ch04_ipc::collectives::{RankEnd, run_within};
/// use std::thread;
/// use std::time::Duration;
///
/// let limit = Duration::from_millis(300);
/// let ends = run_within(3, limit, |rank| match rank.id() {
///     0 => loop {
///         thread::park();
///     },
///     1 => std::panic::resume_unwind(Box::new("")),
///     _ => Ok(7),
/// })?;
/// assert!(matches!(ends[0], Err(RankEnd::TimedOut)));
/// assert!(matches!(ends[1], Err(RankEnd::Died(s)) if s.code() == Some(101)));
/// assert!(matches!(ends[2], Ok(7)));
/// assert!(run_within(17, limit, |_| Ok(())).is_err());
/// # std::io::Result::Ok(())
/// ```
#[cfg(doctest)]
struct AGroupEnds;
