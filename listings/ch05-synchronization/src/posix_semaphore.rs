//! The system's semaphore, `sem_t`: what Python's `multiprocessing.Semaphore`
//! is made of. Here to show what it does not do, and to be measured.

use ch03_processes::mapping::Mapping;
use std::io;
use std::num::NonZeroUsize;

/// A `sem_t` in memory that children share which are forked from now on. It
/// has no bound and no owner, and a waiter looks at nothing but the number.
#[derive(Debug)]
pub struct PosixSemaphore {
    /// Begins with a `sem_t`, initialized, which is never moved.
    memory: Mapping,
}

impl PosixSemaphore {
    /// One with so many permits.
    ///
    /// # Errors
    ///
    /// The system has no memory left, or no such number.
    pub fn new(permits: u32) -> io::Result<PosixSemaphore> {
        const BYTES: NonZeroUsize =
            NonZeroUsize::new(size_of::<libc::sem_t>()).unwrap();
        let memory = Mapping::anonymous(BYTES)?;
        let semaphore = PosixSemaphore { memory };
        // SAFETY: the memory is large enough, aligned as a page is, and
        // nobody else has it yet.
        check(unsafe { libc::sem_init(semaphore.get(), 1, permits) })?;
        Ok(semaphore)
    }

    fn get(&self) -> *mut libc::sem_t {
        self.memory.start().cast().as_ptr()
    }

    /// Takes a permit, waiting for one; for ever, if none comes back.
    pub fn wait(&self) {
        // SAFETY: `new` has initialized it, and it lives as long as `self`.
        while unsafe { libc::sem_wait(self.get()) } == -1 {
            // A signal handler ran: the only way in which it can fail.
        }
    }

    /// Gives a permit back, or adds one.
    ///
    /// # Errors
    ///
    /// `EOVERFLOW`: there are 2³¹ − 1 of them.
    pub fn post(&self) -> io::Result<()> {
        // SAFETY: as in `wait`.
        check(unsafe { libc::sem_post(self.get()) })
    }

    /// How many permits are there.
    pub fn value(&self) -> i32 {
        let mut value = 0;
        // SAFETY: as in `wait`; the other pointer is a variable's.
        unsafe { libc::sem_getvalue(self.get(), &mut value) };
        value
    }
}

fn check(answer: libc::c_int) -> io::Result<()> {
    match answer {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::PosixSemaphore;

    #[test]
    fn it_has_no_bound() {
        let semaphore = PosixSemaphore::new(1).unwrap();
        semaphore.wait();
        assert_eq!(semaphore.value(), 0);
        semaphore.post().unwrap();
        semaphore.post().unwrap();
        assert_eq!(semaphore.value(), 2);
        assert!(PosixSemaphore::new(u32::MAX).is_err());
    }
}
