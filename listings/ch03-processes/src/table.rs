//! A table of records in named shared memory: one process writes it, and any
//! of the same user reads it.

use crate::mapping::Mapping;
use crate::seqlock::SeqLock;
use crate::shareable;
use crate::shared::Shareable;
use maker::Maker;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, posix_fallocate};
use nix::sys::mman::{ProtFlags, shm_open};
use nix::sys::stat::Mode;
use nix::unistd::{Uid, linkat};
use std::error::Error;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::slice;
use std::sync::atomic::{
    AtomicU32, AtomicU64, Ordering::Acquire, Ordering::Relaxed,
    Ordering::Release, fence,
};
use std::thread;
use std::time::{Duration, Instant};

mod maker;

// ANCHOR: header
/// The first word of every table. As a number it also tells the byte order.
const MAGIC: u64 = u64::from_ne_bytes(*b"seqtable");
/// It grows when the layout changes.
const VERSION: u32 = 1;

shareable! {
    /// What stands before the records: 64 bytes.
    struct Header {
        /// Stored last: who reads it sees the rest.
        magic: AtomicU64,
        version: AtomicU32,
        /// Words in a record, without its sequence number.
        words: AtomicU32,
        records: AtomicU64,
        /// Bytes in all.
        size: AtomicU64,
        /// The process that made the table and writes it; the time of its
        /// start tells it from a later one with the same number.
        writer: AtomicU32,
        reserved: AtomicU32,
        started: AtomicU64,
        /// The PID and the time namespace in which these two are true.
        namespaces: [AtomicU64; 2],
    }
}
// ANCHOR_END: header

const HEADER: usize = size_of::<Header>();

// SAFETY: `repr(C)`, and all of it atomics of eight bytes.
unsafe impl<const N: usize> Shareable for SeqLock<N> {}

/// Why a segment is not opened, or not made.
#[derive(Debug)]
#[non_exhaustive]
pub enum TableError {
    /// The system says no: there is no such name, say, or there is one.
    System(io::Error),
    /// The name belongs to something that is no shared memory.
    NotMemory,
    /// It belongs to another user, who could change its size at any time.
    Foreign(u32),
    /// It is shorter than a header.
    Short(u64),
    /// It is no table.
    Magic(u64),
    /// It is laid out as in another version of this library.
    Version(u32),
    /// Its records have another number of words.
    Words(u32),
    /// So many records do not fit into so many bytes.
    Size {
        /// What the header says.
        records: u64,
        /// What there is.
        bytes: u64,
    },
    /// The process that made it has died without removing the name.
    Stale(u32),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::System(error) => error.fmt(f),
            TableError::NotMemory => f.write_str("no shared memory"),
            TableError::Foreign(user) => write!(f, "owned by user {user}"),
            TableError::Short(bytes) => {
                write!(f, "{bytes} bytes, and the header has {HEADER}")
            }
            TableError::Magic(found) => {
                write!(f, "no table: it begins with {found:#018x}")
            }
            TableError::Version(found) => {
                write!(f, "version {found}, and this is {VERSION}")
            }
            TableError::Words(found) => {
                write!(f, "records of {found} words")
            }
            TableError::Size { records, bytes } => {
                write!(f, "{records} records in {bytes} bytes")
            }
            TableError::Stale(writer) => {
                write!(f, "left behind by process {writer}, which is dead")
            }
        }
    }
}

impl Error for TableError {}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> Self {
        TableError::System(error)
    }
}

impl From<nix::Error> for TableError {
    fn from(error: nix::Error) -> Self {
        TableError::System(error.into())
    }
}

/// The side that writes: it makes the table, and removes its name when it is
/// dropped.
///
/// The name stays behind if the process ends without dropping it: by a
/// signal, `process::exit` or an abort. [`unlink`](Table::unlink) it as soon
/// as all readers have opened it, and from then on nothing can; see also
/// [`remove_stale`].
///
/// Its memory is reserved when it is made, so that no write finds `/dev/shm`
/// full. What nobody can rule out is a process of the same user that shortens
/// it: the next write, as the next read, is SIGBUS then.
///
/// # Examples
///
/// ```
/// use ch03_processes::table::{Reader, Table};
/// use std::time::Duration;
///
/// let name = format!("/prices-{}", std::process::id());
/// let prices = Table::<2>::create(&name, 100)?;
/// prices.write(7, [19, 21])?;
///
/// let reader = Reader::<2>::open(&name)?;
/// assert_eq!(reader.read(7, Duration::from_secs(1))?, [19, 21]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Table<const N: usize> {
    records: Records<N>,
    /// None once the name is removed.
    name: Option<Name>,
    /// A forked child drops a copy of this, and the name is not the child's.
    maker: u32,
}

impl<const N: usize> Table<N> {
    /// Makes a table of `records` records of `N` zeros, in shared memory
    /// that is called `name`: a slash, and no other in it. Only processes of
    /// the same user can open it.
    ///
    /// It has the name when it is done. Until then it has none, and a process
    /// that dies in here leaves nothing behind.
    ///
    /// # Errors
    ///
    /// The name is taken (`AlreadyExists`), or no name; there is not so much
    /// memory, or no `/proc`.
    pub fn create(name: &str, records: usize) -> Result<Self, TableError> {
        let size = size::<N>(records as u64).ok_or_else(|| {
            let message = format!("no memory has {records} records");
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        let path = path(name)?;
        let file = File::options()
            .read(true)
            .write(true)
            .custom_flags(libc::O_TMPFILE)
            .mode(0o600)
            .open(SHARED_MEMORY)?;
        // The size first. A mapping behind the file's end is no error, but
        // touching it is SIGBUS; and so it is if memory runs out later, hence
        // `posix_fallocate` and not `set_len`.
        reserve(&file, size)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        let memory = Mapping::of_file(&file, size, access)?;
        let records = Records { memory, records };
        let header = records.header();
        header.version.store(VERSION, Relaxed);
        header.words.store(N as u32, Relaxed);
        header.records.store(records.records as u64, Relaxed);
        header.size.store(size.get() as u64, Relaxed);
        let maker = Maker::this_process();
        header.writer.store(maker.pid, Relaxed);
        header.started.store(maker.started, Relaxed);
        for (to, namespace) in header.namespaces.iter().zip(maker.namespaces) {
            to.store(namespace, Relaxed);
        }
        // Release: who reads the magic word sees the rest.
        header.magic.store(MAGIC, Release);
        let name = Some(Name::give(path, &file)?);
        Ok(Table {
            records,
            name,
            maker: maker.pid,
        })
    }

    /// Stores `words` in a record, all or none as far as readers can see.
    ///
    /// # Errors
    ///
    /// There is no such record, or another thread, or a forked child that
    /// has a copy of this table, is writing it.
    pub fn write(&self, record: usize, words: [u64; N]) -> io::Result<()> {
        self.write_with(record, |to| {
            for (to, word) in to.iter().zip(words) {
                to.store(word, Relaxed);
            }
        })
    }

    /// Lets `write` change the words of a record. Readers wait meanwhile.
    ///
    /// # Errors
    ///
    /// As for [`write`](Table::write).
    pub fn write_with(
        &self,
        record: usize,
        write: impl FnOnce(&[AtomicU64; N]),
    ) -> io::Result<()> {
        let lock = self.records.slice().get(record).ok_or_else(|| {
            let message = format!("no record {record}");
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        match lock.try_write(write) {
            true => Ok(()),
            false => Err(io::ErrorKind::ResourceBusy.into()),
        }
    }

    /// Removes the name. Who has opened the table goes on with it, and the
    /// memory ends with the last of them.
    ///
    /// # Errors
    ///
    /// Somebody else has removed it (`NotFound`). What has the name now, if
    /// anything, keeps it, unless it came by it during this call.
    pub fn unlink(&mut self) -> io::Result<()> {
        match self.name.take() {
            Some(name) if !name.remove()? => {
                Err(io::ErrorKind::NotFound.into())
            }
            _ => Ok(()),
        }
    }
}

impl<const N: usize> Drop for Table<N> {
    fn drop(&mut self) {
        if process::id() == self.maker {
            let _ = self.unlink();
        }
    }
}

/// Gives a new file its size, and the memory for it.
fn reserve(file: &File, size: NonZeroUsize) -> nix::Result<()> {
    loop {
        // A signal undoes it, with SA_RESTART too.
        match posix_fallocate(file, 0, size.get() as libc::off_t) {
            Err(nix::Error::EINTR) => {}
            answer => return answer,
        }
    }
}

/// Where shared memory has its names on Linux: see shm_overview(7).
const SHARED_MEMORY: &str = "/dev/shm";

/// The file that shm_open(3) opens.
fn path(name: &str) -> io::Result<PathBuf> {
    let name = name.trim_start_matches('/');
    if name.is_empty() || name.contains('/') {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(Path::new(SHARED_MEMORY).join(name))
}

/// A name that was given to a file, or was found to be that file's.
#[derive(Debug)]
struct Name {
    path: PathBuf,
    /// The file, by its device and its number there.
    file: (u64, u64),
}

impl Name {
    fn of(path: PathBuf, file: &File) -> io::Result<Self> {
        let file = file.metadata()?;
        let file = (file.dev(), file.ino());
        Ok(Name { path, file })
    }

    /// Names a file that has no name, unless the name is taken.
    fn give(path: PathBuf, file: &File) -> io::Result<Self> {
        let name = Self::of(path, file)?;
        // The way of open(2) that needs no privilege.
        let open = format!("/proc/self/fd/{}", file.as_raw_fd());
        let follow = AtFlags::AT_SYMLINK_FOLLOW;
        linkat(AT_FDCWD, open.as_str(), AT_FDCWD, &name.path, follow)?;
        Ok(name)
    }

    /// Removes it, and tells whether it did: not if the name is gone, or is
    /// another file's by now. The kernel has no call that compares and
    /// removes, so that what another process does between the two is not
    /// seen.
    fn remove(&self) -> io::Result<bool> {
        let there = match fs::symlink_metadata(&self.path) {
            Ok(file) => (file.dev(), file.ino()) == self.file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if there {
            fs::remove_file(&self.path)?;
        }
        Ok(there)
    }
}

/// The side that reads. It cannot change the table: its pages are mapped for
/// reading alone.
#[derive(Debug)]
pub struct Reader<const N: usize> {
    records: Records<N>,
    maker: Maker,
}

/// Why a record is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such record.
    NoRecord,
    /// A write of it has begun, and the process that made the table is dead.
    WriterDied,
    /// A write of it is under way, or writes follow too closely.
    TimedOut,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReadError::NoRecord => "no such record",
            ReadError::WriterDied => "the writer died in the middle of it",
            ReadError::TimedOut => "not read whole within the limit",
        })
    }
}

impl Error for ReadError {}

impl<const N: usize> Reader<N> {
    /// Opens the table called `name`.
    ///
    /// Nothing that its bytes say is believed before it is checked. What no
    /// check can rule out is a process of the same user that shortens the
    /// memory afterwards: a read is SIGBUS then.
    ///
    /// # Errors
    ///
    /// It is no table of `N` words a record, or a stale one; [`TableError`]
    /// says why. The table of a maker in another PID namespace, of whom
    /// nothing is known, is not called stale.
    pub fn open(name: &str) -> Result<Self, TableError> {
        let file = find(name)?;
        let (memory, claim) = look_at(&file)?;
        let records = claim.check::<N>(memory.bytes() as u64)?;
        let maker = claim.maker;
        if maker.is_dead() {
            return Err(TableError::Stale(maker.pid));
        }
        let records = Records { memory, records };
        Ok(Reader { records, maker })
    }

    /// How many records there are.
    pub fn records(&self) -> usize {
        self.records.records
    }

    /// A record, if it exists and no write of it is under way.
    pub fn try_read(&self, record: usize) -> Option<[u64; N]> {
        self.records.slice().get(record)?.try_read()
    }

    /// A record, as one write left it. Looks again until `limit` has passed.
    ///
    /// # Errors
    ///
    /// [`ReadError`] says which. A writer that is stopped in the middle of a
    /// write is alive, and `TimedOut` is what its readers get; and so is one
    /// of which nothing is known.
    pub fn read(
        &self,
        record: usize,
        limit: Duration,
    ) -> Result<[u64; N], ReadError> {
        let lock = self.records.slice().get(record);
        let lock = lock.ok_or(ReadError::NoRecord)?;
        let start = Instant::now();
        let mut look_after = Duration::from_millis(10);
        loop {
            if let Some(words) = lock.try_read() {
                return Ok(words);
            }
            let waited = start.elapsed();
            if waited >= look_after {
                if self.maker.is_dead() {
                    // It may have finished between the two looks.
                    return lock.try_read().ok_or(ReadError::WriterDied);
                }
                look_after = waited + Duration::from_millis(100);
            }
            if waited >= limit {
                return Err(ReadError::TimedOut);
            }
            thread::yield_now();
        }
    }
}

/// Removes `name` if it is a table whose maker is known to be dead, and tells
/// whether it did. If several processes do so at once, one of them does. A
/// name that is no table is left alone.
///
/// # Errors
///
/// The system refuses.
///
/// # Examples
///
/// ```
/// use ch03_processes::table::remove_stale;
///
/// let name = format!("/nothing-{}", std::process::id());
/// assert!(!remove_stale(&name)?);
/// # std::io::Result::Ok(())
/// ```
pub fn remove_stale(name: &str) -> io::Result<bool> {
    let file = match find(name) {
        Ok(file) => file,
        Err(nix::Error::ENOENT) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(false),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // The number of words is not asked for: any table will do.
    let stale = look_at(&file).is_ok_and(|(_, claim)| {
        claim.is_table().is_ok() && claim.maker.is_dead()
    });
    // Another call of this function may have removed the name before we had
    // the lock, and a third process given it to a table of its own. While we
    // hold the lock, no other call removes it; whoever else does so, `rm`
    // say, does not ask for the lock.
    Ok(stale && Name::of(path(name)?, &file)?.remove()?)
}

/// Opens what is called so, if it is a file. What it says is not looked at.
fn find(name: &str) -> nix::Result<File> {
    // Not blocking, or a pipe with that name would keep us waiting.
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK;
    Ok(shm_open(name, flags, Mode::empty())?.into())
}

/// A table's pages, of which `records` records are known to be there.
#[derive(Debug)]
struct Records<const N: usize> {
    memory: Mapping,
    records: usize,
}

impl<const N: usize> Records<N> {
    fn header(&self) -> &Header {
        header_of(&self.memory)
    }

    fn slice(&self) -> &[SeqLock<N>] {
        // SAFETY: the memory has room for this many records behind the
        // header, as `size` says: the maker computed it, a reader compared
        // it. They begin at a multiple of 8, and all of them is atomics. In
        // a reader `try_read` alone is called, which stores nothing.
        unsafe {
            let first = self.memory.start().add(HEADER).cast();
            slice::from_raw_parts(first.as_ptr(), self.records)
        }
    }
}

fn header_of(memory: &Mapping) -> &Header {
    assert!(memory.bytes() >= HEADER, "whoever maps it has looked");
    // SAFETY: it is there, at the start of a page, and all of it atomics.
    unsafe { memory.start().cast().as_ref() }
}

/// Maps a segment, if it is one, and copies what its header says. None of
/// that has been checked.
fn look_at(file: &File) -> Result<(Mapping, Claim), TableError> {
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(TableError::NotMemory);
    }
    if found.uid() != Uid::effective().as_raw() {
        return Err(TableError::Foreign(found.uid()));
    }
    let bytes = usize::try_from(found.len())
        .ok()
        .filter(|&bytes| bytes >= HEADER)
        .and_then(NonZeroUsize::new)
        .ok_or(TableError::Short(found.len()))?;
    let memory = Mapping::of_file(file, bytes, ProtFlags::PROT_READ)?;
    let claim = Claim::of(header_of(&memory));
    Ok((memory, claim))
}

// ANCHOR: check
/// What a header says, copied out of the shared memory: it does not change
/// between the check and the use.
#[derive(Clone, Copy, Debug)]
struct Claim {
    magic: u64,
    version: u32,
    words: u32,
    records: u64,
    size: u64,
    maker: Maker,
}

impl Claim {
    fn of(header: &Header) -> Self {
        let magic = header.magic.load(Relaxed);
        // It pairs with the store of the magic word, which comes last.
        fence(Acquire);
        let maker = Maker {
            pid: header.writer.load(Relaxed),
            started: header.started.load(Relaxed),
            namespaces: header.namespaces.each_ref().map(|n| n.load(Relaxed)),
        };
        Claim {
            magic,
            version: header.version.load(Relaxed),
            words: header.words.load(Relaxed),
            records: header.records.load(Relaxed),
            size: header.size.load(Relaxed),
            maker,
        }
    }

    fn is_table(&self) -> Result<(), TableError> {
        if self.magic != MAGIC {
            return Err(TableError::Magic(self.magic));
        }
        if self.version != VERSION {
            return Err(TableError::Version(self.version));
        }
        Ok(())
    }

    /// The number of records in a segment of `bytes` bytes.
    fn check<const N: usize>(&self, bytes: u64) -> Result<usize, TableError> {
        self.is_table()?;
        if self.words as usize != N {
            return Err(TableError::Words(self.words));
        }
        let records = self.records;
        // `size` multiplies with care: the number may be anything.
        let fits = size::<N>(records).map(|size| size.get() as u64);
        if fits != Some(bytes) || self.size != bytes {
            return Err(TableError::Size { records, bytes });
        }
        Ok(records as usize)
    }
}

/// Bytes of a table with so many records, if a mapping can be so large.
fn size<const N: usize>(records: u64) -> Option<NonZeroUsize> {
    let records = usize::try_from(records).ok()?;
    let size = records.checked_mul(size_of::<SeqLock<N>>())?;
    let size = size.checked_add(HEADER)?;
    NonZeroUsize::new(size).filter(|size| isize::try_from(size.get()).is_ok())
}
// ANCHOR_END: check

#[cfg(test)]
mod tests {
    use super::{
        HEADER, MAGIC, Maker, ReadError, Reader, Table, TableError, VERSION,
        remove_stale,
    };
    use nix::sys::resource::{Resource, setrlimit};
    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;
    use proptest::prelude::*;
    use std::os::unix::fs::{chown, symlink};
    use std::process::{self, Command};
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    use std::thread;
    use std::time::Duration;
    use std::{env, fs, io};

    /// A name of its own for each test, and nothing left of it.
    struct Name(String);

    impl Name {
        fn new() -> Self {
            static NAMES: AtomicU32 = AtomicU32::new(0);
            let number = NAMES.fetch_add(1, Relaxed);
            Name(format!("/table-test-{}-{number}", process::id()))
        }

        fn holding(bytes: &[u8]) -> Self {
            let name = Self::new();
            fs::write(name.file(), bytes).unwrap();
            name
        }

        fn file(&self) -> String {
            format!("/dev/shm{}", self.0)
        }

        fn open(&self) -> Result<Reader<2>, TableError> {
            Reader::open(&self.0)
        }
    }

    impl Drop for Name {
        fn drop(&mut self) {
            let _ = fs::remove_file(self.file());
        }
    }

    /// The header of a table of records of two words, 24 bytes each.
    fn header(words: u32, records: u64, size: u64, writer: u32) -> Vec<u8> {
        let this = Maker::this_process();
        // The start of another process is not 1: the system's first is that.
        let started = if writer == this.pid { this.started } else { 1 };
        let [pid_namespace, time_namespace] = this.namespaces;
        [
            &MAGIC.to_ne_bytes()[..],
            &VERSION.to_ne_bytes(),
            &words.to_ne_bytes(),
            &records.to_ne_bytes(),
            &size.to_ne_bytes(),
            &writer.to_ne_bytes(),
            &[0; 4],
            &started.to_ne_bytes(),
            &pid_namespace.to_ne_bytes(),
            &time_namespace.to_ne_bytes(),
        ]
        .concat()
    }

    #[test]
    fn the_header_has_64_bytes_and_its_maker_writes_them_so() {
        let name = Name::new();
        let _table = Table::<2>::create(&name.0, 2).unwrap();
        let bytes = fs::read(name.file()).unwrap();
        let size = HEADER as u64 + 48;
        assert_eq!(bytes.len() as u64, size);
        let expected = header(2, 2, size, process::id());
        assert_eq!(bytes[..HEADER], expected);
    }

    #[test]
    fn what_is_no_table_is_told_apart() {
        let limit = Duration::ZERO;
        let own = process::id();
        let with = |header: Vec<u8>, bytes: usize| {
            let mut segment = header;
            segment.resize(bytes, 0);
            Name::holding(&segment)
        };
        let sound = with(header(2, 2, 112, own), 112);
        let reader = sound.open().unwrap();
        assert_eq!(reader.read(1, limit), Ok([0, 0]));
        assert_eq!(reader.read(2, limit), Err(ReadError::NoRecord));

        let error = |name: Name| name.open().unwrap_err().to_string();
        let told = [
            (with(Vec::new(), 0), "0 bytes, and the header has 64"),
            (with(Vec::new(), 63), "63 bytes, and the header has 64"),
            (
                with(Vec::new(), 64),
                "no table: it begins with 0x0000000000000000",
            ),
            (with(header(3, 2, 112, own), 112), "records of 3 words"),
            (with(header(2, 2, 112, own), 111), "2 records in 111 bytes"),
            (with(header(2, 3, 112, own), 112), "3 records in 112 bytes"),
            (
                with(header(2, u64::MAX / 24 + 3, 112, own), 112),
                "768614336404564653 records in 112 bytes",
            ),
        ];
        for (name, message) in told {
            assert_eq!(error(name), message);
        }
        let mut newer = header(2, 2, 112, own);
        newer[8] += 1;
        let newer = with(newer, 112);
        assert_eq!(error(newer), "version 2, and this is 1");

        let name = Name::new();
        fs::create_dir(name.file()).unwrap();
        let opened = name.open();
        fs::remove_dir(name.file()).unwrap();
        assert!(matches!(opened, Err(TableError::NotMemory)), "{opened:?}");

        mkfifo(name.file().as_str(), Mode::S_IRWXU).unwrap();
        let opened = name.open();
        assert!(matches!(opened, Err(TableError::NotMemory)), "{opened:?}");
        assert!(!remove_stale(&name.0).unwrap());

        let name = with(header(2, 2, 112, own), 112);
        match chown(name.file(), Some(65_534), None) {
            Ok(()) => assert_eq!(error(name), "owned by user 65534"),
            Err(refused) => eprintln!("another user: not tried: {refused}"),
        }

        let name = Name::new();
        symlink("/etc/passwd", name.file()).unwrap();
        assert!(matches!(name.open(), Err(TableError::System(_))));
    }

    #[test]
    fn a_table_of_the_dead_is_stale_and_can_be_removed() {
        let mut child = Command::new("true").spawn().unwrap();
        let segment = header(2, 0, 64, child.id());
        child.wait().unwrap();
        let name = Name::holding(&segment);
        assert!(matches!(name.open(), Err(TableError::Stale(_))));
        assert!(Table::<2>::create(&name.0, 1).is_err());
        assert!(remove_stale(&name.0).unwrap());
        assert!(!remove_stale(&name.0).unwrap());

        let table = Table::<2>::create(&name.0, 1).unwrap();
        assert!(!remove_stale(&name.0).unwrap(), "its maker is alive");
        assert!(name.open().is_ok());
        drop(table);
        assert!(name.open().is_err());
    }

    #[test]
    fn what_is_not_known_to_be_stale_stays() {
        let mut elsewhere = header(2, 0, 64, process::id());
        elsewhere[40] ^= 1;
        elsewhere[48] ^= 1;
        let name = Name::holding(&elsewhere);
        assert!(name.open().is_ok(), "in another namespace");
        assert!(!remove_stale(&name.0).unwrap());
        assert!(fs::exists(name.file()).unwrap());
    }

    #[test]
    fn a_name_that_another_has_now_is_left_to_it() {
        let name = Name::new();
        let mut first = Table::<2>::create(&name.0, 1).unwrap();
        fs::remove_file(name.file()).unwrap();
        let second = Table::<2>::create(&name.0, 1).unwrap();
        let removed = first.unlink().map_err(|error| error.kind());
        assert_eq!(removed, Err(io::ErrorKind::NotFound));
        first.unlink().unwrap();
        assert!(name.open().is_ok());

        fs::remove_file(name.file()).unwrap();
        let third = Table::<2>::create(&name.0, 1).unwrap();
        drop(second);
        assert!(name.open().is_ok());
        drop(third);
        assert!(!fs::exists(name.file()).unwrap());
    }

    #[test]
    fn without_descriptors_nobody_is_called_dead() {
        const ALONE: &str = "TABLE_TEST_ALONE";
        if env::var_os(ALONE).is_none() {
            // The limit holds for a process: in one of its own.
            let test = "without_descriptors_nobody_is_called_dead";
            let alone = Command::new(env::current_exe().unwrap())
                .args([&format!("table::tests::{test}"), "--exact"])
                .env(ALONE, "")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&alone.stdout);
            assert!(alone.status.success(), "{said}");
            assert!(said.contains("1 passed"), "{said}");
            return;
        }
        let name = Name::new();
        let table = Table::<2>::create(&name.0, 1).unwrap();
        let reader = name.open().unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, 0, 0).unwrap();
        let limit = Duration::from_millis(50);
        let look = |_: &[_; 2]| {
            assert_eq!(reader.read(0, limit), Err(ReadError::TimedOut));
        };
        table.write_with(0, look).unwrap();
        drop(table);
        assert!(!fs::exists(name.file()).unwrap());
    }

    #[test]
    fn no_name_is_left_when_a_table_is_not_made() {
        let name = Name::new();
        assert!(Table::<2>::create(&name.0, usize::MAX / 24).is_err());
        assert!(Table::<2>::create(&name.0, usize::MAX / 64).is_err());
        assert!(fs::metadata(name.file()).is_err());
        for none in ["/a/b", "/", "", "/..", "/a\0", &"a".repeat(256)] {
            assert!(Table::<2>::create(none, 1).is_err(), "{none}");
        }
    }

    #[test]
    fn a_reader_of_a_half_written_record_gives_up() {
        let name = Name::new();
        let table = Table::<2>::create(&name.0, 1).unwrap();
        let reader = name.open().unwrap();
        let limit = Duration::from_millis(20);
        let look = |_: &[_; 2]| {
            assert_eq!(reader.read(0, limit), Err(ReadError::TimedOut));
        };
        table.write_with(0, look).unwrap();
        assert_eq!(reader.read(0, limit), Ok([0, 0]));
        assert!(table.write(1, [0, 0]).is_err());
    }

    #[test]
    fn records_are_whole_while_they_are_written() {
        let name = Name::new();
        let table = Table::<2>::create(&name.0, 1).unwrap();
        let reader = name.open().unwrap();
        let limit = Duration::from_secs(10);
        thread::scope(|s| {
            s.spawn(|| {
                for n in 1..=1_000 {
                    table.write(0, [n, n]).unwrap();
                }
            });
            loop {
                let [a, b] = reader.read(0, limit).unwrap();
                assert_eq!(a, b);
                if a == 1_000 {
                    break;
                }
            }
        });
    }

    proptest! {
        #[test]
        fn no_bytes_crash_a_reader(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let _ = Name::holding(&bytes).open();
        }

        #[test]
        fn no_header_crashes_a_reader(
            words in 0..4_u32,
            records in prop_oneof![0..20_u64, any::<u64>()],
            size in prop_oneof![0..600_u64, any::<u64>()],
            writer in prop_oneof![Just(process::id()), any::<u32>()],
            bytes in 64..600_usize,
            changed in prop::option::of((0..64_usize, any::<u8>())),
        ) {
            let mut segment = header(words, records, size, writer);
            if let Some((at, byte)) = changed {
                segment[at] = byte;
            }
            segment.resize(bytes, 0xFF);
            if let Ok(reader) = Name::holding(&segment).open() {
                prop_assert_eq!(reader.records() * 24 + HEADER, bytes);
                for record in 0..reader.records() + 2 {
                    let _ = reader.read(record, Duration::ZERO);
                }
            }
        }
    }
}
