//! What it costs to add 1 under a mutex, alone and with another process that
//! does the same on a CPU of its own and on the same one: the robust mutex,
//! the same one not robust, glibc's own as a program in C has it, std's
//! between threads, and the lock of Python's `multiprocessing.Value`.
//!
//! A time is wall time by the number of additions of both.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use ch03_processes::fork::ForkedChild;
use ch03_processes::mapping::Mapping;
use ch03_processes::shared::Shared;
use ch05_synchronization::barrier::Barrier;
use ch05_synchronization::robust::RobustMutex;
use measurements::{Comparison, Sample, median, pin};
use std::cell::UnsafeCell;
use std::error::Error;
use std::hint::black_box;
use std::io;
use std::mem::MaybeUninit;
use std::num::NonZeroUsize;
use std::sync::{self, Mutex};
use std::thread;
use std::time::Instant;

const ADDITIONS: u64 = 200_000;
const VALUES: &[&str] = &["wall_s", "ns_each"];

fn main() -> Result<(), Box<dyn Error>> {
    Comparison::new("mutex_times")
        .sample("std, alone", || {
            let sum = Mutex::new(0_u64);
            Ok(alone(|| *black_box(&sum).lock().unwrap() += 1))
        })
        .sample("robust, alone", || {
            let sum = RobustMutex::<u64>::new()?;
            Ok(alone(|| add(&sum)))
        })
        .sample("not robust, alone", || {
            let sum = RobustMutex::<u64>::stalled()?;
            Ok(alone(|| add(&sum)))
        })
        .sample("glibc shared, alone", || {
            let sum = Plain::new(false)?;
            Ok(alone(|| sum.add()))
        })
        .sample("glibc robust, alone", || {
            let sum = Plain::new(true)?;
            Ok(alone(|| sum.add()))
        })
        .sample("std threads, two CPUs", threads)
        .sample("robust, two CPUs", || {
            let sum = RobustMutex::<u64>::new()?;
            processes(1, || add(&sum))
        })
        .sample("glibc shared, two CPUs", || {
            let sum = Plain::new(false)?;
            processes(1, || sum.add())
        })
        .sample("glibc robust, two CPUs", || {
            let sum = Plain::new(true)?;
            processes(1, || sum.add())
        })
        .sample("robust, one CPU", || {
            let sum = RobustMutex::<u64>::new()?;
            processes(0, || add(&sum))
        })
        .sample("glibc shared, one CPU", || {
            let sum = Plain::new(false)?;
            processes(0, || sum.add())
        })
        .python("python Value, alone", "alone", VALUES)
        .python("python Value, two CPUs", "two", VALUES)
        .python("python Value, one CPU", "one", VALUES)
        .run()
}

fn add(sum: &RobustMutex<u64>) {
    let sum = sum.lock().expect("this thread does not have it");
    *sum.or_repair(|_| {}) += 1;
}

/// A pthread mutex as a program in C has it, and a number.
struct Plain(Mapping);

#[repr(C)]
struct Words {
    mutex: UnsafeCell<libc::pthread_mutex_t>,
    sum: UnsafeCell<u64>,
}

impl Plain {
    fn new(robust: bool) -> io::Result<Plain> {
        let bytes = NonZeroUsize::new(size_of::<Words>());
        let plain = Plain(Mapping::anonymous(bytes.expect("it has bytes"))?);
        let mut attributes = MaybeUninit::uninit();
        let attributes: *mut libc::pthread_mutexattr_t =
            attributes.as_mut_ptr();
        // SAFETY: the attributes are initialized before they are used, and the
        // mutex has memory of its own, which is not moved.
        unsafe {
            libc::pthread_mutexattr_init(attributes);
            let shared = libc::PTHREAD_PROCESS_SHARED;
            libc::pthread_mutexattr_setpshared(attributes, shared);
            if robust {
                let robust = libc::PTHREAD_MUTEX_ROBUST;
                libc::pthread_mutexattr_setrobust(attributes, robust);
            }
            libc::pthread_mutex_init(plain.words().mutex.get(), attributes);
        }
        Ok(plain)
    }

    fn words(&self) -> &Words {
        // SAFETY: the memory is large enough, and zeros are a `Words`.
        unsafe { self.0.start().cast().as_ref() }
    }

    fn add(&self) {
        let words = self.words();
        // SAFETY: the mutex is initialized, and guards the number.
        unsafe {
            libc::pthread_mutex_lock(words.mutex.get());
            *words.sum.get() += 1;
            libc::pthread_mutex_unlock(words.mutex.get());
        }
    }
}

fn sample(wall: f64, additions: u64) -> Sample {
    vec![("wall_s", wall), ("ns_each", wall / additions as f64 * 1e9)]
}

/// The median of blocks, of one process alone.
fn alone(add: impl Fn()) -> Sample {
    const BLOCKS: u64 = 100;
    // glibc leaves atomic operations out as long as there is one thread.
    let idle = thread::spawn(thread::park);
    let mut times = Vec::new();
    for _ in 0..BLOCKS {
        let start = Instant::now();
        for _ in 0..ADDITIONS / BLOCKS {
            add();
        }
        times.push(start.elapsed().as_secs_f64());
    }
    idle.thread().unpark();
    let _ = idle.join();
    sample(median(&times) * BLOCKS as f64, ADDITIONS)
}

/// The child runs on the CPU `theirs`, this process on the first one.
fn processes(theirs: usize, add: impl Fn()) -> Result<Sample, Box<dyn Error>> {
    let anywhere = allowed_cpus()?;
    let barrier = Shared::<Barrier<2>>::new()?;
    let run = |number| -> Result<f64, Box<dyn Error>> {
        let mut member = barrier.join(number)?;
        member.wait()?;
        let start = Instant::now();
        (0..ADDITIONS).for_each(|_| add());
        member.wait()?;
        Ok(start.elapsed().as_secs_f64())
    };
    let mut child = ForkedChild::start(|| {
        let pinned = pin(theirs);
        i32::from(pinned.is_err() || run(1).is_err())
    })?;
    pin(0)?;
    let wall = run(0);
    pin_to(&anywhere)?;
    assert!(child.wait()?.success());
    Ok(sample(wall?, 2 * ADDITIONS))
}

fn threads() -> Result<Sample, Box<dyn Error>> {
    let anywhere = allowed_cpus()?;
    let (sum, barrier) = (Mutex::new(0_u64), sync::Barrier::new(2));
    let run = |which| -> io::Result<f64> {
        let pinned = pin(which);
        barrier.wait();
        let start = Instant::now();
        (0..ADDITIONS).for_each(|_| *sum.lock().unwrap() += 1);
        barrier.wait();
        pinned.map(|()| start.elapsed().as_secs_f64())
    };
    let wall = thread::scope(|scope| {
        let other = scope.spawn(|| run(1));
        let wall = run(0);
        other.join().unwrap().and(wall)
    });
    pin_to(&anywhere)?;
    Ok(sample(wall?, 2 * ADDITIONS))
}
