//! What the camera's programs share: where iceoryx2 keeps its files, and where
//! a frame lies.

use iceoryx2::config::Config;
use iceoryx2::prelude::{FileName, Path, SemanticString};
use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::process;

/// A configuration of iceoryx2 whose files lie under `dir`, and whose names in
/// `/dev/shm` begin with [`prefix`]: so that nothing else that uses iceoryx2
/// here is touched. Make it before the first fork.
///
/// # Errors
///
/// The path is too long for iceoryx2.
pub fn config(dir: &std::path::Path) -> Result<Config, Box<dyn Error>> {
    let mut config = Config::default();
    let root = Path::new(dir.as_os_str().as_bytes())
        .map_err(|e| format!("{}: {e:?}", dir.display()))?;
    config.global.set_root_path(&root);
    config.global.prefix =
        FileName::new(prefix().as_bytes()).map_err(|e| format!("{e:?}"))?;
    Ok(config)
}

/// What the names of this program begin with.
pub fn prefix() -> String {
    format!("camera-{}-", process::id())
}

/// The files below `dir`, and the names in `/dev/shm` that begin with
/// `prefix`: how many there are.
///
/// # Errors
///
/// They cannot be read.
pub fn leftovers(dir: &std::path::Path, prefix: &str) -> io::Result<usize> {
    let mut count = 0;
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => dirs.push(entry.path()),
                false => count += 1,
            }
        }
    }
    for entry in fs::read_dir("/dev/shm")? {
        let name = entry?.file_name();
        count += usize::from(name.as_bytes().starts_with(prefix.as_bytes()));
    }
    Ok(count)
}

/// Where `bytes` begin: the inode of the memory, and the place in it. Two
/// processes with the same answer have the same bytes, not copies.
///
/// # Errors
///
/// `/proc/self/maps` cannot be read.
///
/// # Examples
///
/// ```
/// use ch04_ipc::camera::place;
///
/// // A vector's memory is in no file.
/// assert_eq!(place(&vec![1, 2, 3])?.0, 0);
/// # std::io::Result::Ok(())
/// ```
pub fn place(bytes: &[u8]) -> io::Result<(u64, u64)> {
    let at = bytes.as_ptr() as u64;
    // "7f00-7f20 rw-s 00001000 00:1b 4711  /dev/shm/name", see
    // proc_pid_maps(5).
    let maps = fs::read_to_string("/proc/self/maps")?;
    let found = maps.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let hex = |word| u64::from_str_radix(word, 16).ok();
        let (start, end) = words.next()?.split_once('-')?;
        let (start, end) = (hex(start)?, hex(end)?);
        let offset = hex(words.nth(1)?)?;
        let inode = words.nth(1)?.parse().ok()?;
        (start..end)
            .contains(&at)
            .then_some((inode, offset + at - start))
    });
    found.ok_or_else(|| io::Error::other("no mapping has these bytes"))
}
