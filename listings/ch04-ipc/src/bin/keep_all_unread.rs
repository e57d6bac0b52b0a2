//! A queue without a bound between two processes: what is not read stays in
//! memory.

use ch03_processes::fork::ForkedChild;
use ipc_channel::ipc;
use ipc_channel::router::ROUTER;
use std::error::Error;
use std::fs;

const PHOTOS: usize = 20_000;

/// This process's memory, in MiB.
fn resident() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let lines = status.lines();
    let kib = lines.filter_map(|line| line.strip_prefix("VmRSS:")).next();
    let kib = kib.and_then(|kib| kib.trim().strip_suffix(" kB"));
    Ok(kib.ok_or("no VmRSS")?.parse::<u64>()? / 1024)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (sender, receiver) = ipc::channel::<Vec<u8>>()?;
    let mut producer = ForkedChild::start(|| {
        let photo = || vec![7; 1000];
        i32::from((0..PHOTOS).any(|_| sender.send(photo()).is_err()))
    })?;
    drop(sender);
    let before = resident()?;
    // A thread reads whatever comes, and puts it into a channel of crossbeam.
    let photos = ROUTER.route_ipc_receiver_to_new_crossbeam_receiver(receiver);
    println!("producer: {}", producer.wait()?);
    let first = photos.recv()?;
    while photos.len() < PHOTOS - 1 {
        std::thread::yield_now();
    }
    println!("{PHOTOS} photos of {} bytes, 1 read", first.len());
    println!("~{} MiB more than before", resident()? - before);
    Ok(())
}
