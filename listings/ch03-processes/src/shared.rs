//! Values that several processes see at once: what `multiprocessing.Value`
//! and `Array` are in Python.

use crate::mapping::Mapping;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl, posix_fallocate};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::ProtFlags;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::slice;
use std::sync::atomic::{
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicU8, AtomicU16, AtomicU32,
    AtomicU64,
};

// ANCHOR: shareable
/// What may lie in memory that other processes write.
///
/// Implement it with [`shareable!`](crate::shareable), which checks all of
/// the following.
///
/// # Safety
///
/// - Every byte of the type belongs to an atomic, so that a change by another
///   process is no data race. In particular there is no padding.
/// - Whatever the bytes are, they are a value: no `bool`, `char` or enum.
/// - The layout is fixed, by `repr(C)` and integers of a fixed size, since
///   the other program may come from another compiler.
/// - It holds nothing that means something in one process alone: no pointer,
///   no file descriptor, no lock of std's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot lie in memory that other processes write",
    note = "atomics can, arrays of them, and structs made by `shareable!`"
)]
pub unsafe trait Shareable: Send + Sync {}
// ANCHOR_END: shareable

macro_rules! atomics {
    ($($atomic:ty)*) => {$(
        // SAFETY: an atomic integer of a fixed size, and nothing else.
        unsafe impl Shareable for $atomic {}
    )*};
}

// Not `AtomicBool`, which is 0 or 1; not `AtomicUsize`, whose size depends on
// the program; not `AtomicPtr`.
atomics! {
    AtomicI8 AtomicI16 AtomicI32 AtomicI64
    AtomicU8 AtomicU16 AtomicU32 AtomicU64
}

// SAFETY: an array has its elements side by side, and nothing between them.
unsafe impl<T: Shareable, const N: usize> Shareable for [T; N] {}

/// Defines a struct that is [`Shareable`](crate::shared::Shareable): it is
/// `repr(C)`, its fields are shareable, and there is no padding.
///
/// # Examples
///
/// ```
/// use ch03_processes::shareable;
/// use std::sync::atomic::{AtomicU32, AtomicU64};
///
/// shareable! {
///     struct Usage {
///         pid: AtomicU32,
///         files: AtomicU32,
///         bytes: AtomicU64,
///     }
/// }
/// ```
///
/// Four bytes between `pid` and `bytes` would belong to no field:
///
/// ```compile_fail,E0080
/// use ch03_processes::shareable;
/// use std::sync::atomic::{AtomicU32, AtomicU64};
///
/// shareable! {
///     struct Usage {
///         pid: AtomicU32,
///         bytes: AtomicU64,
///     }
/// }
/// ```
///
/// A field that `#[cfg]` removes fills no gap either; the struct is refused:
///
/// ```compile_fail,E0609
/// use ch03_processes::shareable;
/// use std::sync::atomic::{AtomicU32, AtomicU64};
///
/// shareable! {
///     struct Usage {
///         pid: AtomicU32,
///         #[cfg(any())]
///         files: AtomicU32,
///         bytes: AtomicU64,
///     }
/// }
/// ```
#[macro_export]
macro_rules! shareable {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),*
            $(,)?
        }
    ) => {
        $(#[$meta])*
        #[repr(C)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type),*
        }

        const _: () = {
            const fn size<T: $crate::shared::Shareable>() -> usize {
                ::std::mem::size_of::<T>()
            }
            let mut end = 0;
            $(
                // Without the field's attributes: one that `#[cfg]` removes
                // is an error here, and counts for nothing.
                assert!(
                    ::std::mem::offset_of!($name, $field) == end,
                    "there is padding: name it as a field, or reorder",
                );
                end += size::<$type>();
            )*
            assert!(
                end == ::std::mem::size_of::<$name>(),
                "there is padding at the end: name it as a field",
            );
        };

        // SAFETY: each field is shareable and begins where the one before it
        // ends, and the last one ends with the struct, as the assertions
        // show; `repr(C)` fixes their places.
        unsafe impl $crate::shared::Shareable for $name {}
    };
}

/// One value in memory that several processes share. It starts as zeros.
///
/// The memory ends when the last process has unmapped it or ended, and, if it
/// came from [`memory_file`], closed that file. Nothing stays behind, however
/// they end. What a process that is killed had not yet stored is missing;
/// nothing tells the others.
///
/// # Examples
///
/// ```
/// use ch03_processes::shared::Shared;
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
///
/// let lines = Shared::<AtomicU64>::new()?;
/// lines.fetch_add(3, Relaxed);
/// assert_eq!(lines.load(Relaxed), 3);
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Shared<T>(SharedSlice<T>);

impl<T> Shared<T> {
    /// A value that children share which are forked from now on.
    ///
    /// # Errors
    ///
    /// The system has no memory left.
    pub fn new() -> io::Result<Self>
    where
        T: Shareable,
    {
        SharedSlice::new(1).map(Shared)
    }

    /// The value in a [`memory_file`] for one.
    ///
    /// # Errors
    ///
    /// As [`SharedSlice::map`].
    pub fn map(file: &File) -> io::Result<Self>
    where
        T: Shareable,
    {
        SharedSlice::map(file, 1).map(Shared)
    }
}

impl<T: Shareable> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0[0]
    }
}

/// Values in memory that several processes share: a [`Shared`] with a length.
#[derive(Debug)]
pub struct SharedSlice<T> {
    /// Holds `len` values of `T`, from its start.
    memory: Mapping,
    len: usize,
    of: PhantomData<T>,
}

impl<T> SharedSlice<T> {
    /// `len` values, all zeros. Children that are forked from now on share
    /// them.
    ///
    /// # Errors
    ///
    /// `len` is 0, or the system has not so much memory.
    pub fn new(len: usize) -> io::Result<Self>
    where
        T: Shareable,
    {
        let memory = Mapping::anonymous(bytes::<T>(len)?)?;
        Ok(SharedSlice {
            memory,
            len,
            of: PhantomData,
        })
    }

    /// The `len` values in a [`memory_file`].
    ///
    /// # Errors
    ///
    /// The file has another size, or it is not sealed: whoever else has it
    /// could shrink it, and then touching the values would be SIGBUS.
    pub fn map(file: &File, len: usize) -> io::Result<Self>
    where
        T: Shareable,
    {
        let bytes = bytes::<T>(len)?;
        let seals = fcntl(file, FcntlArg::F_GET_SEALS)?;
        if !SealFlag::from_bits_retain(seals).contains(SealFlag::F_SEAL_SHRINK)
        {
            let message = "the memory is not sealed: it could shrink";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let found = file.metadata()?.len();
        if found != bytes.get() as u64 {
            let message = format!("{found} bytes of memory, not {bytes}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        let memory = Mapping::of_file(file, bytes, access)?;
        Ok(SharedSlice {
            memory,
            len,
            of: PhantomData,
        })
    }
}

impl<T: Shareable> Deref for SharedSlice<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        let start = self.memory.start().cast::<T>();
        // SAFETY: `memory` holds `len` values, from the start of a page, for
        // as long as `self` is borrowed. `T: Shareable`: any bytes are a
        // value, and all of them are in atomics, which may change while a
        // shared reference points to them.
        unsafe { slice::from_raw_parts(start.as_ptr(), self.len) }
    }
}

/// Memory for `len` values of `T`, all zeros, as a file without a name: for a
/// process that is not forked but executed. Hand it over as an inherited
/// descriptor, standard input say, and [`map`](SharedSlice::map) it on both
/// sides. It is sealed, so that its size is what it is.
///
/// `name` is seen in `/proc/PID/fd` and `/proc/PID/maps`, and nowhere else.
///
/// # Errors
///
/// `len` is 0, `name` is longer than 249 bytes or has a zero byte in it, or
/// the system has not so much memory: all of it is allocated here.
///
/// # Examples
///
/// ```
/// use ch03_processes::shared::{SharedSlice, memory_file};
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// let file = memory_file::<AtomicU32>("lines", 4)?;
/// let ours = SharedSlice::<AtomicU32>::map(&file, 4)?;
/// let theirs = SharedSlice::<AtomicU32>::map(&file, 4)?;
/// ours[3].store(7, Relaxed);
/// assert_eq!(theirs[3].load(Relaxed), 7);
///
/// let wrong = SharedSlice::<AtomicU32>::map(&file, 5).unwrap_err();
/// assert_eq!(wrong.to_string(), "16 bytes of memory, not 20");
/// # std::io::Result::Ok(())
/// ```
pub fn memory_file<T: Shareable>(name: &str, len: usize) -> io::Result<File> {
    let file = sealable_file::<T>(name, len)?;
    fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_SEAL))?;
    Ok(file)
}

/// A [`memory_file`] that may be given more seals: one that is to be sealed
/// against writing, once it is filled. Its size is sealed already.
///
/// # Errors
///
/// As for [`memory_file`].
pub fn sealable_file<T: Shareable>(name: &str, len: usize) -> io::Result<File> {
    let bytes = bytes::<T>(len)?;
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create(name, flags)?);
    allocate(&file, bytes)?;
    let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW;
    fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(file)
}

/// Gives an empty `file` so many bytes of memory. `set_len` would promise them,
/// and touching one that the system has not would be SIGBUS, or somebody's end
/// by the OOM killer.
fn allocate(file: &File, bytes: NonZeroUsize) -> io::Result<()> {
    // The kernel counts first what a mapping would take, and refuses more
    // than the machine has; page by page it would be the OOM killer's turn.
    drop(Mapping::anonymous(bytes)?);
    let len = libc::off_t::try_from(bytes.get()).map_err(io::Error::other)?;
    loop {
        match posix_fallocate(file, 0, len) {
            // A signal came, and nothing was allocated.
            Err(Errno::EINTR) => {}
            done => return Ok(done?),
        }
    }
}

/// How many bytes `len` values take: at least one, as `mmap` demands.
fn bytes<T: Shareable>(len: usize) -> io::Result<NonZeroUsize> {
    const {
        assert!(mem::size_of::<T>() > 0, "nothing to share");
        assert!(mem::align_of::<T>() <= 4096, "a page is aligned to 4,096");
        assert!(!mem::needs_drop::<T>(), "nobody would drop it");
    }
    len.checked_mul(mem::size_of::<T>())
        .filter(|&bytes| isize::try_from(bytes).is_ok())
        .and_then(NonZeroUsize::new)
        .ok_or_else(|| {
            let message = format!("no memory has {len} values");
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })
}

#[cfg(test)]
mod tests {
    use super::{SharedSlice, memory_file};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

    #[test]
    fn impossible_lengths_are_errors() {
        for len in [0, usize::MAX, usize::MAX / 8, isize::MAX as usize] {
            let error = SharedSlice::<AtomicU64>::new(len).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{len}");
        }
    }

    #[test]
    fn a_memory_file_has_all_its_memory_or_is_none() {
        let file = memory_file::<AtomicU64>("whole", 10_000).unwrap();
        assert!(file.metadata().unwrap().blocks() * 512 >= 80_000);
        // More than a process has addresses for, wherever this runs.
        assert!(memory_file::<AtomicU64>("none", 1 << 44).is_err());
    }

    #[test]
    fn a_file_that_could_shrink_is_refused() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(8).unwrap();
        assert!(SharedSlice::<AtomicU64>::map(&file, 1).is_err());
    }

    #[test]
    fn sealed_memory_keeps_its_size() {
        let file = memory_file::<AtomicU64>("sealed", 4).unwrap();
        assert!(file.set_len(0).is_err());
        assert!(file.set_len(64).is_err());
        let bytes = SharedSlice::<AtomicU8>::map(&file, 32).unwrap();
        assert!(bytes.iter().all(|byte| byte.load(Relaxed) == 0));
    }
}
