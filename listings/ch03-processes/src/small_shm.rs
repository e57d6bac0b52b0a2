//! A small `/dev/shm` of one process's own, so that a program can see it full
//! without filling everybody's.

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use std::io;

/// Puts an empty file system of 16 KiB over `/dev/shm`, which this process and
/// its children see, and no other does. To be called in a forked child: there
/// is no way back.
///
/// # Errors
///
/// `PermissionDenied`: this system does not allow a mount namespace, or not to
/// mount in it. Then nothing has changed that matters.
///
/// # Examples
///
/// ```standalone_crate
/// use ch03_processes::fork::ForkedChild;
/// use ch03_processes::small_shm::cover_shared_memory;
/// use std::fs;
///
/// let mut child = ForkedChild::start(|| match cover_shared_memory() {
///     Ok(()) => fs::read_dir("/dev/shm").unwrap().count() as i32,
///     Err(_) => 0,
/// })?;
/// assert_eq!(child.wait()?.code(), Some(0));
/// # std::io::Result::Ok(())
/// ```
pub fn cover_shared_memory() -> io::Result<()> {
    let refused = |error: Errno| match error {
        // ENOSPC: the limit of namespaces is 0. ENOSYS, EINVAL: a kernel, or
        // a filter of system calls, without them.
        Errno::EPERM | Errno::ENOSPC | Errno::ENOSYS | Errno::EINVAL => {
            io::ErrorKind::PermissionDenied.into()
        }
        error => io::Error::from(error),
    };
    let spaces = CloneFlags::CLONE_NEWNS;
    // Without the right to it, one may have it in a user namespace.
    unshare(spaces)
        .or_else(|_| unshare(spaces | CloneFlags::CLONE_NEWUSER))
        .map_err(refused)?;
    // Else the mount would be seen outside.
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    Ok(mount("none", "/dev/shm", "tmpfs", flags, c"size=16k")?)
}
