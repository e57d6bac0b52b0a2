//! The queue is full, and nine have asked already: the urgent photo waits
//! behind all that wait outside. In a queue of its own it does not.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::asleep::is_asleep_in;
use nix::mqueue::{
    MQ_OFlag, MqAttr, MqdT, mq_open, mq_receive, mq_send, mq_timedreceive,
    mq_unlink,
};
use nix::sys::stat::Mode;
use nix::sys::time::TimeSpec;
use std::error::Error;
use std::{process, thread};

const LIMIT: usize = 100;
const ROOM: i64 = 3;

fn open_queue() -> nix::Result<MqdT> {
    let name = format!("/full-{}", process::id());
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_RDWR;
    let attributes = MqAttr::new(0, ROOM, LIMIT as i64, 0);
    let queue = mq_open(name.as_str(), flags, Mode::S_IRWXU, Some(&attributes));
    mq_unlink(name.as_str())?;
    queue
}

/// As which message the urgent one comes.
fn number(archive: &MqdT, urgent: &MqdT) -> Result<u32, Box<dyn Error>> {
    let mut asking = Vec::new();
    for n in 0..10 {
        let (queue, priority) = if n < 9 { (archive, 0) } else { (urgent, 9) };
        let send = || mq_send(queue, b"photo.jpg", priority);
        let mut child = ForkedChild::start(|| i32::from(send().is_err()))?;
        // Its photo is in the queue, or it sleeps before it.
        while !is_asleep_in(libc::SYS_mq_timedsend, child.pid())
            && child.try_wait()?.is_none()
        {
            thread::yield_now();
        }
        asking.push(child);
    }
    let (mut buffer, mut priority) = ([0; LIMIT], 0);
    for number in 1.. {
        // The deadline has passed: this takes what is there, and never waits.
        let past = TimeSpec::new(0, 0);
        if mq_timedreceive(urgent, &mut buffer, &mut priority, &past).is_err() {
            mq_receive(archive, &mut buffer, &mut priority)?;
        }
        if priority == 9 {
            return Ok(number);
        }
    }
    unreachable!("ten have asked")
}

fn main() -> Result<(), Box<dyn Error>> {
    let one = open_queue()?;
    println!(
        "one queue: the urgent photo is number {}",
        number(&one, &one)?
    );
    let (archive, urgent) = (open_queue()?, open_queue()?);
    println!("of its own: number {}", number(&archive, &urgent)?);
    Ok(())
}
