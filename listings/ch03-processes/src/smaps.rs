//! How much of a mapping belongs to this process alone: `/proc/self/smaps`.

use std::fs;
use std::io;

/// The kibibytes that this process has written and shares with nobody, in the
/// mapping that `data` begins in. After a fork it is what was copied since.
///
/// # Errors
///
/// `/proc` cannot be read.
pub fn private_dirty<T>(data: &[T]) -> io::Result<usize> {
    let address = data.as_ptr().addr();
    let smaps = fs::read_to_string("/proc/self/smaps")?;
    let mut inside = false;
    for line in smaps.lines() {
        if let Some((from, to)) = range(line) {
            inside = (from..to).contains(&address);
        } else if inside && let Some(rest) = line.strip_prefix("Private_Dirty:")
        {
            let size = rest.trim().trim_end_matches(" kB").parse();
            return size.map_err(io::Error::other);
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// `7f00-7f20 rw-p …` begins a mapping.
fn range(line: &str) -> Option<(usize, usize)> {
    let (from, to) = line.split(' ').next()?.split_once('-')?;
    let number = |text| usize::from_str_radix(text, 16).ok();
    Some((number(from)?, number(to)?))
}
