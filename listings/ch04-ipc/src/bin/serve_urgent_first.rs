//! Processes ask for photos to be shrunk; the urgent ones are done first.
//! The queue is the kernel's: mq_overview(7).

use ch03_processes::fork::ForkedChild;
use nix::mqueue::{
    MQ_OFlag, MqAttr, MqdT, mq_open, mq_receive, mq_send, mq_unlink,
};
use nix::sys::stat::Mode;
use std::error::Error;
use std::process;

const LIMIT: usize = 100;

/// A queue that forked children share, and nobody else can open.
fn open_queue() -> nix::Result<MqdT> {
    let name = format!("/photos-{}", process::id());
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_RDWR;
    let attributes = MqAttr::new(0, 10, LIMIT as i64, 0);
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    let photos = mq_open(
        name.as_str(),
        flags | MQ_OFlag::O_CLOEXEC,
        mode,
        Some(&attributes),
    )?;
    // At once: a name outlives its process, and all that crash in between.
    mq_unlink(name.as_str())?;
    Ok(photos)
}

fn main() -> Result<(), Box<dyn Error>> {
    let photos = open_queue()?;
    let ask = |photo: &'static str, priority| {
        let send = || mq_send(&photos, photo.as_bytes(), priority);
        ForkedChild::start(|| i32::from(send().is_err()))
    };
    let asked = [
        ("archive/1.jpg", 0),
        ("archive/2.jpg", 0),
        ("front-page.jpg", 9),
        ("news.jpg", 5),
    ];
    for (photo, priority) in asked {
        let status = ask(photo, priority)?.wait()?;
        assert!(status.success());
    }
    let mut buffer = [0; LIMIT];
    for _ in asked {
        let mut priority = 0;
        let length = mq_receive(&photos, &mut buffer, &mut priority)?;
        let photo = String::from_utf8_lossy(&buffer[..length]);
        println!("priority {priority}: {photo}");
    }
    Ok(())
}
