//! On which CPUs may a thread run? Linux only.
//!
//! Python has these as `os.sched_getaffinity` and `os.sched_setaffinity`. A
//! CPU is what the kernel schedules on: a hardware thread, of which a core
//! can have two.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use std::io;

/// The calling thread, in sched_setaffinity(2).
const THIS_THREAD: Pid = Pid::from_raw(0);

/// The numbers of the CPUs on which the calling thread may run, in order.
///
/// # Errors
///
/// The machine has more than 1,024 CPUs, the size of glibc's `cpu_set_t`.
pub fn allowed_cpus() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(THIS_THREAD)?;
    let allowed = |&cpu: &usize| set.is_set(cpu).is_ok_and(|is| is);
    Ok((0..CpuSet::count()).filter(allowed).collect())
}

/// Lets the calling thread run on `cpus` only, from now on. Threads and
/// processes that it starts later inherit that; those already running keep
/// their own.
///
/// # Errors
///
/// `cpus` is empty, names no CPU that this machine has and this process's
/// cpuset(7) allows, or names one from 1,024 on.
///
/// # Examples
///
/// ```
/// use ch01_getting_started::affinity::{allowed_cpus, pin_to};
///
/// let before = allowed_cpus()?;
/// pin_to(&before[..1])?;
/// assert_eq!(allowed_cpus()?, before[..1]);
/// pin_to(&before)?;
/// # std::io::Result::Ok(())
/// ```
pub fn pin_to(cpus: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    for &cpu in cpus {
        set.set(cpu)?;
    }
    Ok(sched_setaffinity(THIS_THREAD, &set)?)
}

#[cfg(test)]
mod tests {
    use super::{allowed_cpus, pin_to};
    use std::io::ErrorKind;
    use std::thread;

    #[test]
    fn a_thread_inherits_the_cpus_of_its_starter() {
        // In a thread of its own, so that other tests keep their CPUs.
        let starter = || {
            let one = &allowed_cpus().unwrap()[..1];
            pin_to(one).unwrap();
            let inherited = thread::spawn(|| allowed_cpus().unwrap());
            assert_eq!(inherited.join().unwrap(), one);
        };
        thread::spawn(starter).join().unwrap();
    }

    #[test]
    fn no_cpu_and_an_impossible_cpu_are_refused() {
        let before = allowed_cpus().unwrap();
        for cpus in [&[][..], &[1023], &[100_000]] {
            let error = pin_to(cpus).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{cpus:?}");
        }
        assert_eq!(allowed_cpus().unwrap(), before);
    }
}
