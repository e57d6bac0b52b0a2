//! std's Mutex in shared memory: its unlock wakes nobody in another process.
//@ deadlock
//@ repair: sleep_until_sent

use ch03_processes::fork::ForkedChild;
use ch03_processes::shared::Shared;
use ch04_ipc::asleep::until_asleep_in;
use std::io;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

fn main() -> io::Result<()> {
    let memory = Shared::<[AtomicU64; 8]>::new()?;
    let lock = ptr::from_ref(&*memory).cast::<Mutex<u64>>().cast_mut();
    const { assert!(size_of::<Mutex<u64>>() <= 64) };
    // SAFETY: there is room, it is aligned, and nobody else has it yet.
    unsafe { lock.write(Mutex::new(0)) };
    // SAFETY: none. UNSOUND: a Mutex is for the threads of one process.
    let sum = unsafe { &*lock };

    let held = sum.lock().unwrap();
    let mut worker = ForkedChild::start(|| {
        *sum.lock().unwrap() += 1;
        0
    })?;
    until_asleep_in(libc::SYS_futex, worker.pid())?;
    println!("the worker sleeps until the lock is free");
    drop(held);
    println!("the lock is free");
    println!("worker: {}", worker.wait()?);
    println!("sum: {}", sum.lock().unwrap());
    Ok(())
}
