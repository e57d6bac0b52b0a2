//! The same behind std's lock, which on Linux lets nobody in while a writer
//! waits.

use ch04_ipc::asleep::until_asleep_in;
use rustix::thread::gettid;
use std::error::Error;
use std::sync::{RwLock, mpsc};
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let edition = RwLock::new(1);
    thread::scope(|s| {
        let mut inside = edition.read().unwrap();
        let (tell, told) = mpsc::channel();
        let edition = &edition;
        s.spawn(move || {
            tell.send(gettid().as_raw_nonzero().get()).unwrap();
            *edition.write().unwrap() = 2;
        });
        until_asleep_in(libc::SYS_futex, told.recv()?)?;
        let (mut past, mut behind) = (0, 0);
        for _ in 0..1000 {
            match edition.try_read() {
                // The one before leaves here.
                Ok(next) => {
                    inside = next;
                    past += 1;
                }
                Err(_) => behind += 1,
            }
        }
        println!("a writer waits, and 1000 readers come");
        println!("past the writer: {past}, the last reads edition {inside}");
        println!("behind the writer: {behind}");
        Ok(())
    })
}
