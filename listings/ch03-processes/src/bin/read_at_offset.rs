//! Two workers read photos from one open file, and each says where.

use ch03_processes::meeting::Meeting;
use ch03_processes::process_pool::ProcessPool;
use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

const SIZE: usize = 512;

/// Reads a photo, and looks whether it is the right one.
fn read(album: &File, photo: u8, other: &Meeting) -> io::Result<bool> {
    // As there: they read side by side.
    other.meet()?;
    let mut bytes = [0; SIZE];
    let offset = u64::from(photo) * SIZE as u64;
    album.read_exact_at(&mut bytes, offset)?;
    Ok(bytes == [photo; SIZE])
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut album = tempfile::tempfile()?;
    for photo in 0..4 {
        album.write_all(&[photo; SIZE])?;
    }
    let mut pairs = 0;
    for _ in 0..10 {
        let (ours, theirs) = Meeting::sides()?;
        let photos = [(0, &ours), (2, &theirs)];
        let right = ProcessPool::new(2).starmap(&photos, |&photo, other| {
            read(&album, photo, other).map_err(|e| e.to_string())
        })?;
        pairs += u32::from(right == [Ok(true), Ok(true)]);
    }
    println!("both photos were right: {pairs}");
    Ok(())
}
