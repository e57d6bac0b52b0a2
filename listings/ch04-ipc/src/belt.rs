//! Private data through a little shared memory: a few chunks, which one
//! process fills while the other empties those before.
//!
//! The chunks stay in the processors' caches, however much data passes, and
//! their pages are touched for the first time only once. After each chunk the
//! two sides wake each other by a byte on a socket, and so the kernel wakes a
//! sleeper when its peer ends.

use crate::polling::poll_until;
use ch03_processes::shareable;
use ch03_processes::shared::{Shared, SharedSlice};
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use std::error::Error;
use std::fmt;
use std::io;
use std::os::unix::net::UnixStream;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
};
use std::time::{Duration, Instant};

/// Why data is not passed on.
#[derive(Debug)]
#[non_exhaustive]
pub enum BeltError {
    /// The other side has ended, or dropped its end. What was passed on
    /// before is all that comes.
    PeerDied,
    /// The other side did nothing within the limit.
    TimedOut,
    /// The other side counts chunks that cannot be.
    Rubbish,
    /// The system says no.
    System(io::Error),
}

impl fmt::Display for BeltError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BeltError::PeerDied => f.write_str("the other side is gone"),
            BeltError::TimedOut => f.write_str("not within the limit"),
            BeltError::Rubbish => f.write_str("no such chunk"),
            BeltError::System(error) => error.fmt(f),
        }
    }
}

impl Error for BeltError {}

shareable! {
    /// How many chunks, since the start. Each counter has its own two lines
    /// of the processors' caches.
    #[derive(Debug)]
    struct Progress {
        filled: AtomicU64,
        apart: [AtomicU64; 15],
        emptied: AtomicU64,
        end: [AtomicU64; 15],
    }
}

/// What both ends have.
#[derive(Debug)]
struct Belt {
    progress: Shared<Progress>,
    /// For each chunk the words in it; 0 is the end of the data.
    lengths: SharedSlice<AtomicU64>,
    words: SharedSlice<AtomicU64>,
}

/// The end that data goes in at.
#[derive(Debug)]
pub struct Loader {
    belt: Arc<Belt>,
    bell: Bell,
    filled: u64,
}

/// The end that data comes out at.
#[derive(Debug)]
pub struct Unloader {
    belt: Arc<Belt>,
    bell: Bell,
    emptied: u64,
}

/// A belt of `chunks` chunks of so many `words` of eight bytes. Fork, and drop
/// in each process the end that it does not use: as long as it is open there,
/// nobody hears that its user is gone.
///
/// # Errors
///
/// There is no chunk, or no word in it, or more of them than memory; or no
/// descriptor is left.
///
/// # Examples
///
/// ```
/// use ch04_ipc::belt::belt;
/// use std::sync::atomic::Ordering::Relaxed;
/// use std::time::Duration;
///
/// let limit = Duration::from_secs(10);
/// let (mut loader, mut unloader) = belt(4, 8)?;
/// loader.load(&[5; 20], limit)?;
/// let mut sum = 0;
/// unloader.unload(limit, |words| {
///     sum += words.iter().map(|word| word.load(Relaxed)).sum::<u64>();
/// })?;
/// assert_eq!(sum, 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn belt(chunks: usize, words: usize) -> io::Result<(Loader, Unloader)> {
    let all = chunks
        .checked_mul(words)
        .ok_or(io::ErrorKind::InvalidInput)?;
    let belt = Arc::new(Belt {
        progress: Shared::new()?,
        lengths: SharedSlice::new(chunks)?,
        words: SharedSlice::new(all)?,
    });
    let (ours, theirs) = UnixStream::pair()?;
    let loader = Loader {
        belt: Arc::clone(&belt),
        bell: Bell(ours),
        filled: 0,
    };
    let unloader = Unloader {
        belt,
        bell: Bell(theirs),
        emptied: 0,
    };
    Ok((loader, unloader))
}

// ANCHOR: load
impl Loader {
    /// Copies `data` to the other side, which [unloads](Unloader::unload) it
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// `PeerDied`; `TimedOut` if no chunk became free within the limit;
    /// `Rubbish`. Part of the data has gone then, and the belt is of no more
    /// use.
    pub fn load(
        &mut self,
        data: &[u64],
        within: Duration,
    ) -> Result<(), BeltError> {
        let parts = data.chunks(self.belt.chunk());
        // An empty one at the end says that it is the end.
        for part in parts.chain([&[][..]]) {
            let belt = &*self.belt;
            let emptied = &belt.progress.emptied;
            self.bell.wait(within, || {
                // Acquire: the chunk has been read before it is overwritten.
                let used = self.filled.wrapping_sub(emptied.load(Acquire));
                match used.cmp(&(belt.lengths.len() as u64)) {
                    std::cmp::Ordering::Less => Ok(true),
                    std::cmp::Ordering::Equal => Ok(false),
                    std::cmp::Ordering::Greater => Err(BeltError::Rubbish),
                }
            })?;
            let (length, words) = belt.place(self.filled);
            let to = &words[..part.len()];
            // SAFETY: there is room, in the atomics, which may be written
            // through a shared reference. They are written all at once, and
            // not by one atomic store each, since nobody looks at them: the
            // chunk is ours until it is counted below, and a peer that looks
            // nevertheless finds some words or others.
            unsafe {
                ptr::copy_nonoverlapping(
                    part.as_ptr(),
                    to.as_ptr().cast_mut().cast::<u64>(),
                    to.len(),
                );
            }
            length.store(part.len() as u64, Relaxed);
            self.filled += 1;
            // Release: who sees the count sees the words.
            belt.progress.filled.store(self.filled, Release);
            self.bell.ring()?;
        }
        Ok(())
    }
}

impl Unloader {
    /// Passes on what one [`load`](Loader::load) sends, a chunk at a time, in
    /// order.
    ///
    /// # Errors
    ///
    /// `PeerDied`, in mid-data too; `TimedOut` if no chunk came within the
    /// limit; `Rubbish`. The belt is of no more use then.
    pub fn unload(
        &mut self,
        within: Duration,
        mut take: impl FnMut(&[AtomicU64]),
    ) -> Result<(), BeltError> {
        loop {
            let belt = &*self.belt;
            let filled = &belt.progress.filled;
            self.bell.wait(within, || {
                let full = filled.load(Acquire).wrapping_sub(self.emptied);
                match full <= belt.lengths.len() as u64 {
                    true => Ok(full > 0),
                    false => Err(BeltError::Rubbish),
                }
            })?;
            let (length, words) = belt.place(self.emptied);
            // Looked at once: who writes it could change it again.
            let length = length.load(Relaxed) as usize;
            take(words.get(..length).ok_or(BeltError::Rubbish)?);
            self.emptied += 1;
            // Release: nothing of the chunk is read after this.
            belt.progress.emptied.store(self.emptied, Release);
            self.bell.ring()?;
            if length == 0 {
                return Ok(());
            }
        }
    }
}
// ANCHOR_END: load

impl Belt {
    /// How many words a chunk has.
    fn chunk(&self) -> usize {
        self.words.len() / self.lengths.len()
    }

    /// Where the n-th chunk since the start lies.
    fn place(&self, n: u64) -> (&AtomicU64, &[AtomicU64]) {
        let at = (n % self.lengths.len() as u64) as usize;
        let start = at * self.chunk();
        (&self.lengths[at], &self.words[start..start + self.chunk()])
    }
}

/// Wakes the other side, and is woken.
#[derive(Debug)]
struct Bell(UnixStream);

impl Bell {
    /// To be called after the change that the other side may wait for.
    fn ring(&self) -> Result<(), BeltError> {
        let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
        loop {
            return match send(&self.0, &[0], flags) {
                // Full: so many bytes that it has not read will wake it.
                Ok(_) | Err(Errno::AGAIN) => Ok(()),
                Err(Errno::INTR) => continue,
                // It may have ended after it got all that it wanted.
                Err(Errno::PIPE | Errno::CONNRESET) => Ok(()),
                Err(error) => Err(BeltError::System(error.into())),
            };
        }
    }

    /// Waits until `come` says so.
    fn wait(
        &self,
        within: Duration,
        come: impl Fn() -> Result<bool, BeltError>,
    ) -> Result<(), BeltError> {
        let deadline = Instant::now().checked_add(within);
        let (mut gone, mut late) = (false, false);
        // Looked at once more after the news that the other side is gone:
        // what it did before counts.
        while !come()? {
            if gone {
                return Err(BeltError::PeerDied);
            }
            if late {
                return Err(BeltError::TimedOut);
            }
            // Many at once: one look answers them all.
            match recv(&self.0, &mut [0; 64], RecvFlags::DONTWAIT) {
                Ok((_, 0)) | Err(Errno::CONNRESET) => gone = true,
                // It may ring for nothing, for ever.
                Ok(_) | Err(Errno::INTR) => {
                    late = deadline.is_some_and(|at| Instant::now() >= at);
                }
                Err(Errno::AGAIN) => {
                    let ready = poll_until(
                        &mut [PollFd::new(&self.0, PollFlags::IN)],
                        deadline,
                    );
                    if !ready.map_err(BeltError::System)? {
                        return Err(BeltError::TimedOut);
                    }
                }
                Err(error) => return Err(BeltError::System(error.into())),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BeltError, belt};
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;
    use std::time::{Duration, Instant};

    const LIMIT: Duration = Duration::from_secs(10);
    const NOW: Duration = Duration::from_millis(1);

    #[test]
    fn all_arrives_in_order() {
        for (chunks, words, len) in
            [(1, 1, 50), (2, 3, 0), (3, 7, 21), (8, 16, 10_000)]
        {
            let (mut loader, mut unloader) = belt(chunks, words).unwrap();
            let data: Vec<u64> = (0..len).collect();
            thread::scope(|s| {
                s.spawn(|| {
                    for _ in 0..3 {
                        loader.load(&data, LIMIT).unwrap();
                    }
                });
                for _ in 0..3 {
                    let mut got = Vec::new();
                    let take = |words: &[std::sync::atomic::AtomicU64]| {
                        got.extend(words.iter().map(|w| w.load(Relaxed)));
                    };
                    unloader.unload(LIMIT, take).unwrap();
                    assert_eq!(got, data);
                }
            });
        }
    }

    #[test]
    fn nobody_waits_for_ever() {
        let (mut loader, mut unloader) = belt(2, 1).unwrap();
        let late = unloader.unload(NOW, |_| {}).unwrap_err();
        assert!(matches!(late, BeltError::TimedOut));
        let late = loader.load(&[1, 2, 3], NOW).unwrap_err();
        assert!(matches!(late, BeltError::TimedOut));
        drop(loader);
        let mut words = 0;
        let gone = unloader.unload(LIMIT, |w| words += w.len()).unwrap_err();
        assert!(matches!(gone, BeltError::PeerDied));
        assert_eq!(words, 2);

        let (mut loader, unloader) = belt(2, 1).unwrap();
        drop(unloader);
        let gone = loader.load(&[1, 2, 3], LIMIT).unwrap_err();
        assert!(matches!(gone, BeltError::PeerDied));
    }

    #[test]
    fn a_bell_without_progress_is_no_news() {
        let (loader, unloader) = belt(2, 1).unwrap();
        let end = Instant::now() + LIMIT;
        let late = unloader.bell.wait(NOW, || {
            loader.bell.ring()?;
            match Instant::now() < end {
                true => Ok(false),
                false => Err(BeltError::Rubbish),
            }
        });
        assert!(matches!(late, Err(BeltError::TimedOut)), "{late:?}");
    }

    #[test]
    fn counts_and_lengths_are_not_believed() {
        let (loader, mut unloader) = belt(2, 4).unwrap();
        loader.belt.progress.filled.store(1, Relaxed);
        loader.belt.lengths[0].store(5, Relaxed);
        let wrong = unloader.unload(LIMIT, |_| {}).unwrap_err();
        assert!(matches!(wrong, BeltError::Rubbish));
        loader.belt.progress.filled.store(3, Relaxed);
        let wrong = unloader.unload(LIMIT, |_| {}).unwrap_err();
        assert!(matches!(wrong, BeltError::Rubbish));
        let (mut loader, unloader) = belt(2, 4).unwrap();
        unloader.belt.progress.emptied.store(1, Relaxed);
        let wrong = loader.load(&[1], LIMIT).unwrap_err();
        assert!(matches!(wrong, BeltError::Rubbish));
    }
}
