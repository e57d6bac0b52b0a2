//! One leader at a time among processes, chosen by a file lock, and its end
//! noticed by a pidfd.

use crate::LOOK;
use ch03_processes::pidfd::ready;
use ch04_ipc::here::Here;
use ch04_ipc::peer::Peer;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::fs::{File, TryLockError};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

// ANCHOR: candidate
/// A process that may lead. Each opens the file itself, after its fork.
///
/// The lock is the kernel's: it is released when the leader ends, in whatever
/// way, and only then. A leader that is stopped keeps it, and is waited for,
/// until the deadline of who waits: whoever may decide that has
/// [`watch`](Candidate::watch) to kill it by. A process that the leader forks
/// shares the lock, and keeps it while it lives; one that it starts by exec
/// does not.
///
/// The file stays where it is. Who deletes it, or puts another in its place,
/// makes a second lock, and with it a second leader. The processes are to be
/// on one machine, in one PID namespace, with `/proc` mounted.
#[derive(Debug)]
pub struct Candidate {
    file: File,
    here: Here,
}

/// The leader, until it is dropped, or the process ends.
#[derive(Debug)]
#[must_use = "dropping it is the end of its term"]
pub struct Leader<'a> {
    candidate: &'a Candidate,
    term: u32,
}
// ANCHOR_END: candidate

/// A moment at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is about to try the lock.
    Trying,
    /// It has the lock, and nobody knows.
    Locked,
    /// It has written down its term and its name.
    Recorded,
    /// It is about to wait for the leader's end.
    Watching,
}

/// What the file says: who leads, or has led last.
#[derive(Clone, Copy, Debug)]
struct Record {
    term: u32,
    /// A `Peer`, or `NOBODY`.
    leader: u64,
}

const NOBODY: u64 = 0;

/// Between the lock and the record there is this moment.
const MOMENT: Duration = Duration::from_millis(1);

impl Candidate {
    /// Opens the file that the candidates have in common, or makes it. The
    /// own user alone can open it: who can open it can lock it.
    ///
    /// # Errors
    ///
    /// The system refuses.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch05_synchronization::leader::Candidate;
    ///
    /// let dir = tempfile::tempdir()?;
    /// let mut one = Candidate::open(dir.path().join("leader"))?;
    /// let mut other = Candidate::open(dir.path().join("leader"))?;
    /// let leader = one.try_lead()?.expect("nobody else does");
    /// assert_eq!(leader.term(), 1);
    /// assert!(other.try_lead()?.is_none());
    /// drop(leader);
    /// assert_eq!(other.try_lead()?.map(|leader| leader.term()), Some(2));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> io::Result<Candidate> {
        let mut open = File::options();
        open.read(true).write(true).create(true).truncate(false);
        Ok(Candidate {
            file: open.mode(0o600).open(path)?,
            here: Here::now(),
        })
    }

    /// Leads, if nobody else does.
    ///
    /// # Errors
    ///
    /// This is a copy, made by a fork, which would share the lock. The file
    /// cannot be read or written, or there is something else in it.
    pub fn try_lead(&mut self) -> io::Result<Option<Leader<'_>>> {
        let term = self.lock(&|_| {})?;
        Ok(term.map(|term| Leader {
            candidate: self,
            term,
        }))
    }

    /// Waits until this process leads. It is `None` if somebody else still
    /// does at the deadline.
    ///
    /// The end of the leader's process is noticed at once; that it gave up
    /// its term, within 100 ms.
    ///
    /// # Errors
    ///
    /// As for [`try_lead`](Candidate::try_lead), and no descriptor is left.
    pub fn wait_until(
        &mut self,
        deadline: Option<Instant>,
    ) -> io::Result<Option<Leader<'_>>> {
        self.wait_stepping(deadline, &|_| {})
    }

    // ANCHOR: wait
    pub(crate) fn wait_stepping(
        &mut self,
        deadline: Option<Instant>,
        step: &dyn Fn(Step),
    ) -> io::Result<Option<Leader<'_>>> {
        let term = loop {
            if let Some(term) = self.lock(step)? {
                break term;
            }
            let now = Instant::now();
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Ok(None);
            }
            let look = now + LOOK;
            let until = deadline.map_or(look, |d| d.min(look));
            step(Step::Watching);
            match self.watch()? {
                // The lock is free before the pidfd becomes readable.
                Some(leader) => {
                    ready(&[leader.as_fd()], Some(until))?;
                }
                // Somebody has the lock, and has not written its name yet.
                None => thread::sleep(MOMENT.min(until - now)),
            }
        };
        Ok(Some(Leader {
            candidate: self,
            term,
        }))
    }

    fn lock(&self, step: &dyn Fn(Step)) -> io::Result<Option<u32>> {
        if !self.here.is_here() {
            return Err(io::Error::other(
                "opened by another process: open it after the fork",
            ));
        }
        step(Step::Trying);
        match self.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        step(Step::Locked);
        let term = self.begin_term();
        if term.is_err() {
            self.file.unlock()?;
        }
        step(Step::Recorded);
        term.map(Some)
    }

    /// Counts the terms, in the file that is locked.
    fn begin_term(&self) -> io::Result<u32> {
        let last = self.record()?.map_or(0, |record| record.term);
        let next = last.checked_add(1);
        let term = next.ok_or(io::ErrorKind::QuotaExceeded)?;
        self.write(term, self.here.peer().word())?;
        Ok(term)
    }

    /// One write of a few bytes: who is killed has written all or nothing.
    fn write(&self, term: u32, leader: u64) -> io::Result<()> {
        let record = Record { term, leader };
        self.file.write_all_at(&record.to_bytes(), 0)
    }
    // ANCHOR_END: wait

    /// The process that wrote its name last: to be polled, and to be killed,
    /// if you may. It is `None` if that one is dead or has given up; also as
    /// long as the leader has not written its name yet, unless the last one
    /// left its own, with its [`Leader`] forgotten or the write refused. Look
    /// twice before you kill it: it may give up its term at any moment, and
    /// live on.
    ///
    /// # Errors
    ///
    /// No descriptor is left, or the file cannot be read.
    pub fn watch(&self) -> io::Result<Option<OwnedFd>> {
        let Some(Record { leader, .. }) = self.record()? else {
            return Ok(None);
        };
        let leader = Peer::from_word(leader);
        let Some(pid) = Pid::from_raw(leader.pid()) else {
            return Ok(None);
        };
        let pidfd = match pidfd_open(pid, PidfdFlags::empty()) {
            // The number is nobody's, or by now a thread's: EINVAL, and since
            // Linux 6.15 ENOENT.
            Err(Errno::SRCH | Errno::INVAL | Errno::NOENT) => return Ok(None),
            pidfd => pidfd?,
        };
        // After the open: if it is alive now, the number was its own then.
        match leader.has_ended() {
            true => Ok(None),
            false => Ok(Some(pidfd)),
        }
    }

    fn record(&self) -> io::Result<Option<Record>> {
        // A read may see half of a write, and is then done again.
        for _ in 0..100 {
            let mut bytes = [0; BYTES];
            match self.file.read_at(&mut bytes, 0) {
                Ok(0) => return Ok(None),
                Ok(BYTES) => {}
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    return Err(error);
                }
                _ => continue,
            }
            if let Some(record) = Record::from_bytes(bytes) {
                return Ok(Some(record));
            }
            thread::sleep(MOMENT);
        }
        let message = "the file is no record of a leader";
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}

impl Leader<'_> {
    /// The number of its term: greater than those of all leaders before,
    /// since the machine started. What is fenced and outlives a loss of power
    /// needs terms that do, and so a file that is synced.
    pub fn term(&self) -> u32 {
        self.term
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        // A copy in a forked child would unlock it for its parent.
        if self.candidate.here.is_here() {
            // Who has given up is not to be watched, and not to be killed.
            let _ = self.candidate.write(self.term, NOBODY);
            let _ = self.candidate.file.unlock();
        }
    }
}

const BYTES: usize = 24;

impl Record {
    fn to_bytes(self) -> [u8; BYTES] {
        let (term, leader) = (u64::from(self.term), self.leader);
        let mut bytes = [0; BYTES];
        let words = [term, leader, !(term ^ leader)];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: [u8; BYTES]) -> Option<Record> {
        let (words, _) = bytes.as_chunks::<8>();
        let [term, leader, check] = [0, 1, 2].map(|i| words[i]);
        let [term, leader, check] =
            [term, leader, check].map(u64::from_le_bytes);
        let sound = check == !(term ^ leader);
        let term = u32::try_from(term).ok().filter(|_| sound)?;
        Some(Record { term, leader })
    }
}

#[cfg(test)]
mod tests {
    use super::Candidate;
    use ch04_ipc::peer::Peer;
    use std::fs;
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn threads_lead_in_turn() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leader");
        let deadline = Instant::now().checked_add(Duration::from_secs(20));
        let mut terms: Vec<u32> = thread::scope(|scope| {
            let lead = || {
                let mut candidate = Candidate::open(&path).unwrap();
                let leader = candidate.wait_until(deadline).unwrap();
                leader.expect("there is time").term()
            };
            let threads = [(); 3].map(|()| scope.spawn(lead));
            threads.map(|thread| thread.join().unwrap()).into()
        });
        terms.sort_unstable();
        assert_eq!(terms, [1, 2, 3]);
    }

    #[test]
    fn a_deadline_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leader");
        let mut one = Candidate::open(&path).unwrap();
        let mut other = Candidate::open(&path).unwrap();
        let _leader = one.try_lead().unwrap().unwrap();
        assert!(other.watch().unwrap().is_some());
        for time in [0, 1, 150] {
            let deadline = Instant::now() + Duration::from_millis(time);
            assert!(other.wait_until(Some(deadline)).unwrap().is_none());
            assert!(Instant::now() >= deadline);
        }
    }

    #[test]
    fn who_gave_up_is_not_watched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leader");
        let mut one = Candidate::open(&path).unwrap();
        let mut other = Candidate::open(&path).unwrap();
        drop(one.try_lead().unwrap().unwrap());
        assert!(other.watch().unwrap().is_none());
        assert_eq!(other.try_lead().unwrap().unwrap().term(), 2);
    }

    #[test]
    fn a_number_that_is_now_a_threads_is_nobodys() {
        let dir = tempfile::tempdir().unwrap();
        let candidate = Candidate::open(dir.path().join("leader")).unwrap();
        let (tell, told) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let other = thread::spawn(move || {
            tell.send(nix::unistd::gettid()).unwrap();
            let _ = ended.recv();
        });
        let number = told.recv().unwrap().as_raw();
        candidate
            .write(7, Peer::from_word(number as u64).word())
            .unwrap();
        assert!(candidate.watch().unwrap().is_none());
        drop(end);
        other.join().unwrap();
    }

    #[test]
    fn another_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leader");
        for text in ["4711\n", "0123456789abcdef01234567"] {
            fs::write(&path, text).unwrap();
            let mut candidate = Candidate::open(&path).unwrap();
            assert!(candidate.try_lead().is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
