//! Two threads have photos shrunk by pools of processes, which jobs of a fork
//! server fork. One photo kills its workers.

use ch03_processes::pool_server::PoolServer;
use ch03_processes::process_pool::ProcessPool;
use nix::sys::signal::{Signal, raise};
use std::io;
use std::thread;
use std::time::Duration;

fn shrink(photo: &u32) -> u32 {
    if *photo == 3 {
        // Stands for the out-of-memory killer.
        raise(Signal::SIGKILL).expect("it may kill itself");
    }
    photo * 100
}

fn main() -> io::Result<()> {
    let pools = PoolServer::start(ProcessPool::new(2), shrink)?;

    let albums = [vec![1, 2, 3, 4], vec![5, 6]];
    thread::scope(|s| {
        // All started before the first is joined.
        let threads = albums.each_ref().map(|photos| {
            s.spawn(|| {
                // A pool of this process may not fork beside other threads.
                assert!(ProcessPool::new(2).map(photos, shrink).is_err());
                pools.map(photos, Duration::from_secs(20))
            })
        });
        for (photos, thread) in albums.iter().zip(threads) {
            for (photo, result) in photos.iter().zip(thread.join().unwrap()?) {
                match result {
                    Ok(bytes) => println!("photo {photo}: {bytes} bytes"),
                    Err(death) => println!("photo {photo}: worker {death}"),
                }
            }
        }
        Ok(())
    })
}
