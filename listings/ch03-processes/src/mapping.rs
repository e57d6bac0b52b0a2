//! Memory that several processes map: one `mmap`, one `munmap`.

use nix::sys::mman::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};
use std::ffi::c_void;
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::ptr::NonNull;

/// Pages that other processes may map as well. Dropping it unmaps them here,
/// and nowhere else.
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<c_void>,
    bytes: NonZeroUsize,
}

impl Mapping {
    /// New pages, filled with zeros. Children that are forked later have them
    /// too, at the same address; no other process can.
    ///
    /// # Errors
    ///
    /// The system has no memory left.
    pub fn anonymous(bytes: NonZeroUsize) -> io::Result<Self> {
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: the kernel chooses an address that is free, so that no
        // memory in use is replaced.
        let start = unsafe {
            mmap_anonymous(None, bytes, access, MapFlags::MAP_SHARED)
        }?;
        Ok(Mapping { start, bytes })
    }

    /// The first `bytes` of `file`. Touching what lies behind the file's end
    /// is SIGBUS: the caller has looked at its size.
    ///
    /// # Errors
    ///
    /// The file may not be accessed so, or the system refuses the address
    /// space.
    pub fn of_file(
        file: impl AsFd,
        bytes: NonZeroUsize,
        access: ProtFlags,
    ) -> io::Result<Self> {
        // SAFETY: as in `anonymous`.
        let start = unsafe {
            mmap(None, bytes, access, MapFlags::MAP_SHARED, file, 0)
        }?;
        Ok(Mapping { start, bytes })
    }

    /// The first `bytes` of a `file` that is sealed against writing, to be
    /// read. The caller has looked at its seals and its size.
    ///
    /// # Errors
    ///
    /// The system refuses the address space.
    pub fn of_sealed(file: impl AsFd, bytes: NonZeroUsize) -> io::Result<Self> {
        // Not MAP_SHARED, which kernels before 6.7 refuse for a descriptor
        // that could write, were it not for the seal. Nobody writes, so no
        // page is ever copied.
        let flags = MapFlags::MAP_PRIVATE;
        // SAFETY: as in `anonymous`.
        let start =
            unsafe { mmap(None, bytes, ProtFlags::PROT_READ, flags, file, 0) }?;
        Ok(Mapping { start, bytes })
    }

    /// The first byte, at the start of a page.
    pub fn start(&self) -> NonNull<u8> {
        self.start.cast()
    }

    /// How many bytes there are.
    pub fn bytes(&self) -> usize {
        self.bytes.get()
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: this is what `mmap` returned, and nobody else unmaps it.
        // References into it borrow from the `Mapping`'s owner.
        // If the kernel refuses, the pages stay until the process ends.
        let _ = unsafe { munmap(self.start, self.bytes.get()) };
    }
}

// SAFETY: it is an address that all threads can use; what they do there is
// for whoever makes references of it to answer for.
unsafe impl Send for Mapping {}
// SAFETY: as above; through `&Mapping` nothing changes.
unsafe impl Sync for Mapping {}
