//! A price table behind a lock that lets readers in while a writer waits. Each
//! reader leaves only when the next one is inside.
//@ loses: 1000 (readers behind the writer)
//@ repair: stop_at_the_writer

use ch04_ipc::asleep::until_asleep_in;
use parking_lot::RecursiveRwLock;
use rustix::thread::gettid;
use std::error::Error;
use std::sync::mpsc;
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let edition = RecursiveRwLock::new(1);
    thread::scope(|s| {
        let mut inside = edition.read();
        let (tell, told) = mpsc::channel();
        let edition = &edition;
        s.spawn(move || {
            tell.send(gettid().as_raw_nonzero().get()).unwrap();
            *edition.write() = 2;
        });
        until_asleep_in(libc::SYS_futex, told.recv()?)?;
        let (mut past, mut behind) = (0, 0);
        for _ in 0..1000 {
            match edition.try_read() {
                // The one before leaves here.
                Some(next) => {
                    inside = next;
                    past += 1;
                }
                None => behind += 1,
            }
        }
        println!("a writer waits, and 1000 readers come");
        println!("past the writer: {past}, the last reads edition {inside}");
        println!("behind the writer: {behind}");
        Ok(())
    })
}
