//! Workers are killed in mid-task: the pool runs a task once more, or says why
//! there is no result.

use ch03_processes::process_pool::{self, ProcessPool};
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

/// Writes a photo's thumbnail. To run it again, after it was cut off
/// anywhere, does no harm: what has the thumbnail's name is complete.
fn shrink(folder: &Path, photo: u32) -> io::Result<u64> {
    let part = folder.join(format!("{photo}.part"));
    let was_cut_off = part.exists();
    fs::write(&part, "thumbnail")?;
    // Photo 3 hits a shortage of memory, and photo 5 causes it.
    if photo == 5 || photo == 3 && !was_cut_off {
        raise(Signal::SIGKILL)?;
    }
    let thumbnail = folder.join(format!("{photo}.jpg"));
    fs::rename(&part, &thumbnail)?;
    Ok(fs::metadata(thumbnail)?.len())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let photos = [1, 2, 3, 4, 5, 6];
    let pool = ProcessPool::new(2);
    let results = pool.imap(&photos, |&photo| {
        shrink(folder.path(), photo).map_err(|e| e.to_string())
    })?;
    for (photo, result) in photos.iter().zip(results) {
        match result {
            Ok(Ok(bytes)) => println!("photo {photo}: {bytes} bytes"),
            Ok(Err(error)) => println!("photo {photo}: {error}"),
            Err(process_pool::Error::Task { pid, death, .. }) => {
                println!("photo {photo}: its worker, pid ~{pid}, {death}");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
