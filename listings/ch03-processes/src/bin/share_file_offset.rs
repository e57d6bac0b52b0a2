//! Two workers read photos from one open file. Each seeks, and moves the
//! place where the other one reads.
//@ loses: 10 (pairs of photos)
//@ repair: read_at_offset

use ch03_processes::meeting::Meeting;
use ch03_processes::process_pool::ProcessPool;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

const SIZE: usize = 512;

/// Reads a photo, and looks whether it is the right one.
fn read(mut album: &File, photo: u8, other: &Meeting) -> io::Result<bool> {
    album.seek(SeekFrom::Start(u64::from(photo) * SIZE as u64))?;
    // Neither reads before both have sought.
    other.meet()?;
    let mut bytes = [0; SIZE];
    album.read_exact(&mut bytes)?;
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
