//! procspawn's pool outlives its workers. Their jobs fail, and it is for this
//! program to try them once more.

use nix::sys::signal::{Signal, raise};
use procspawn::Pool;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn shrink((folder, photo): (PathBuf, u32)) -> usize {
    let part = folder.join(format!("{photo}.part"));
    let was_cut_off = part.exists();
    fs::write(&part, "thumbnail").expect("the folder is there");
    if photo == 5 || photo == 3 && !was_cut_off {
        raise(Signal::SIGKILL).expect("it may kill itself");
    }
    fs::read(part).map_or(0, |thumbnail| thumbnail.len())
}

fn main() -> Result<(), Box<dyn Error>> {
    procspawn::init(); // in a worker it does not return
    let folder = tempfile::tempdir()?;
    let job = |photo: u32| (folder.path().to_owned(), photo);

    let pool = Pool::new(2)?;
    let start = |photo| (photo, pool.spawn(job(photo), shrink));
    let jobs: Vec<_> = (1..=6).map(start).collect();
    let mut lost = Vec::new();
    // In this order: a worker has no next job until its last is joined. So
    // nothing is tried again before the end either.
    for (photo, handle) in jobs {
        match handle.join() {
            Ok(bytes) => println!("photo {photo}: {bytes} bytes"),
            Err(error) if error.is_remote_close() => lost.push(photo),
            Err(error) => return Err(error.into()),
        }
    }
    println!("lost: {lost:?}");
    for (photo, handle) in lost.into_iter().map(start) {
        match handle.join() {
            Ok(bytes) => println!("photo {photo}: {bytes} bytes"),
            Err(error) => println!("photo {photo}: {error}"),
        }
    }
    // Else a worker that is being replaced leaves a socket file behind.
    pool.shutdown();
    Ok(())
}
