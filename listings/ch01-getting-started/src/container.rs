//! Makes this process run out of memory early, as in a small container.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::{fs, io};

/// From now on this process may reserve `room` bytes of address space more
/// than it has, and no further. A container limits what is touched instead of
/// what is reserved (cgroups(7)); a limit on the address space fails sooner,
/// in the call that asks, and harms no other process.
///
/// # Errors
///
/// The hard limit is lower than that, or `/proc` cannot be read.
///
/// # Examples
///
/// ```standalone_crate
/// use ch01_getting_started::container::limit_address_space;
///
/// limit_address_space(64 << 20)?;
/// let mut bytes = Vec::<u8>::new();
/// assert!(bytes.try_reserve(128 << 20).is_err());
/// # std::io::Result::Ok(())
/// ```
pub fn limit_address_space(room: u64) -> io::Result<()> {
    let status = fs::read_to_string("/proc/self/status")?;
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib: Option<u64> =
        size.and_then(|s| s.trim().strip_suffix(" kB")?.parse().ok());
    let now = kib.ok_or(io::Error::other("no VmSize in /proc"))? * 1024;
    let (_, hard) = getrlimit(Resource::RLIMIT_AS)?;
    Ok(setrlimit(Resource::RLIMIT_AS, now + room, hard)?)
}
