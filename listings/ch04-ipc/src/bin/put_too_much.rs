//! A message that is over the limit, in the kernel's queue and in ours: the
//! producer is told.
//@ exit: 1
//@ twin: none (Python's `Queue` has no limit for a message)

use ch04_ipc::queue::Queue;
use nix::mqueue::{MQ_OFlag, MqAttr, mq_open, mq_send, mq_unlink};
use nix::sys::stat::Mode;
use std::error::Error;
use std::process;

const LIMIT: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("/caption-{}", process::id());
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_RDWR;
    let attributes = MqAttr::new(0, 10, LIMIT as i64, 0);
    let kernels =
        mq_open(name.as_str(), flags, Mode::S_IRWXU, Some(&attributes))?;
    mq_unlink(name.as_str())?;
    let ours = Queue::<String>::new(4, LIMIT)?;

    let caption = "sunset, and ".repeat(20);
    if let Err(error) = mq_send(&kernels, caption.as_bytes(), 0) {
        println!("the kernel's queue: {error}");
    }
    ours.put(&"sunset".to_owned())?;
    ours.put(&caption)?;
    Ok(())
}
