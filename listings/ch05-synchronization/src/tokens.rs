//! Tokens that the kernel gives back: a semaphore of locked files.

use ch04_ipc::here::Here;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long a waiter sleeps between two looks at the files.
const PAUSE: Duration = Duration::from_millis(5);

// ANCHOR: tokens
/// A folder with a file for each token. Who has locked one of them holds that
/// token, and no two can: threads or processes, of one program or of several.
///
/// The lock belongs to an open file, flock(2), and ends with it. So the kernel
/// gives the token back when its holder ends, whatever ends it. A holder that
/// is only stopped keeps it: a wait has a form with a deadline.
///
/// For a folder on this machine's own disks or in its memory: over a network
/// a lock may be kept up to the moment when the server notices. A file that
/// is removed is an error for who comes to it, until somebody opens the folder
/// again; a token that was held then is there twice.
#[derive(Debug)]
pub struct Tokens {
    paths: Vec<PathBuf>,
}

/// One of the tokens. Dropping it gives it back.
///
/// It is this process's. A child that it forks has a copy, which gives nothing
/// back; but if this process is *killed* with such a child left, the token
/// comes back when the child has ended as well.
#[derive(Debug)]
#[must_use = "it is given back when it is dropped: bind it to a name"]
pub struct Token {
    file: File,
    number: usize,
    here: Here,
}

impl Token {
    /// Which one, from 0 on.
    pub fn number(&self) -> usize {
        self.number
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        // To close it would not do, if a forked child has a copy.
        if self.here.is_here() {
            let _ = self.file.unlock();
        }
    }
}

impl Tokens {
    /// So many tokens, in a folder that exists. All who share them name the
    /// same folder and the same number.
    ///
    /// # Errors
    ///
    /// The files cannot be made.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch05_synchronization::tokens::Tokens;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let licences = Tokens::open(folder.path(), 1)?;
    /// let token = licences.acquire()?;
    /// assert!(licences.try_acquire()?.is_none());
    /// drop(token);
    /// assert!(licences.try_acquire()?.is_some());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn open(folder: &Path, tokens: usize) -> io::Result<Tokens> {
        let path = |number| folder.join(format!("token-{number}"));
        let paths: Vec<PathBuf> = (0..tokens).map(path).collect();
        for path in &paths {
            let _ = fs::OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)?;
        }
        Ok(Tokens { paths })
    }

    /// Takes a token if one is there.
    ///
    /// # Errors
    ///
    /// A file cannot be opened or locked: there is no descriptor left, or it
    /// has been removed.
    pub fn try_acquire(&self) -> io::Result<Option<Token>> {
        for (number, path) in self.paths.iter().enumerate() {
            // Opened anew: two who share an open file share its lock too.
            let file = fs::OpenOptions::new().write(true).open(path)?;
            match file.try_lock() {
                Ok(()) => {
                    let here = Here::now();
                    return Ok(Some(Token { file, number, here }));
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Waits for a token and takes it. If none comes back it waits for ever.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Tokens::try_acquire).
    pub fn acquire(&self) -> io::Result<Token> {
        let token = self.acquire_until(None)?;
        Ok(token.expect("without a deadline it waits for one"))
    }

    /// Waits for a token until the deadline, and looks a last time then.
    ///
    /// One cannot sleep until one of several files is unlocked. So it looks,
    /// and sleeps for 5 ms.
    ///
    /// # Errors
    ///
    /// As for [`try_acquire`](Tokens::try_acquire).
    pub fn acquire_until(
        &self,
        deadline: Option<Instant>,
    ) -> io::Result<Option<Token>> {
        loop {
            let now = Instant::now();
            let token = self.try_acquire()?;
            let left = deadline.map(|at| at.saturating_duration_since(now));
            if token.is_some() || left == Some(Duration::ZERO) {
                return Ok(token);
            }
            thread::sleep(left.unwrap_or(PAUSE).min(PAUSE));
        }
    }
}
// ANCHOR_END: tokens

#[cfg(test)]
mod tests {
    use super::Tokens;
    use std::io;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn no_two_hold_one_token() {
        let folder = tempfile::tempdir().unwrap();
        let licences = Tokens::open(folder.path(), 2).unwrap();
        // As another program would.
        let again = Tokens::open(folder.path(), 2).unwrap();
        let one = licences.acquire().unwrap();
        let two = again.acquire().unwrap();
        assert_eq!((one.number(), two.number()), (0, 1));
        assert!(licences.try_acquire().unwrap().is_none());
        let soon = Instant::now() + Duration::from_millis(12);
        assert!(again.acquire_until(Some(soon)).unwrap().is_none());
        assert!(Instant::now() >= soon);
        drop(one);
        assert_eq!(again.acquire().unwrap().number(), 0);
    }

    #[test]
    fn a_waiter_gets_what_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let licences = Tokens::open(folder.path(), 1).unwrap();
        let held = licences.acquire().unwrap();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| licences.acquire().map(|t| t.number()));
            drop(held);
            assert_eq!(waiter.join().unwrap().unwrap(), 0);
        });
    }

    #[test]
    fn a_file_that_was_removed_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let licences = Tokens::open(folder.path(), 1).unwrap();
        std::fs::remove_file(folder.path().join("token-0")).unwrap();
        let error = licences.try_acquire().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
