//! Large data handed to another process without a copy: memory that is
//! sealed, and passed by descriptor.
//!
//! A [`Draft`] is memory without a name, which its maker fills.
//! [`Draft::seal`] makes a [`Parcel`] of it, which nobody can change any more:
//! the kernel refuses every write and every change of size, in any process,
//! see memfd_create(2). An [`Outbox`] sends parcels, an [`Inbox`] receives
//! them, through SCM_RIGHTS of unix(7). The receiver looks at the seals and
//! the size before it maps anything.

use crate::polling::poll_until;
use ch03_processes::mapping::Mapping;
use ch03_processes::shared::{Shareable, SharedSlice, sealable_file};
use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use rustix::cmsg_space;
use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, ioctl_fionread};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags,
    ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::slice;
use std::time::{Duration, Instant};

/// The first word of every message.
const MAGIC: u64 = u64::from_ne_bytes(*b"handover");
/// A message: the magic word, and how many bytes the memory has.
const MESSAGE: usize = 16;
/// What `Metadata::blocks` counts in, see stat(3type).
const BLOCK: u64 = 512;

/// Why nothing is handed over.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandOverError {
    /// The other side has ended, or has closed its end.
    PeerDied,
    /// The other side did nothing within the limit.
    TimedOut,
    /// What arrived is no message, or came without its descriptor: for want
    /// of room for one more in this process, perhaps.
    Rubbish,
    /// The descriptor is of something that cannot be sealed.
    NotMemory,
    /// Parts of the memory are not there yet: they would be taken from the
    /// receiver when it reads them.
    Holes,
    /// Whoever else has the memory could still do this to it.
    NotSealed(&'static str),
    /// The memory has another size than the message says.
    Size {
        /// What the message says.
        said: u64,
        /// What there is.
        found: u64,
    },
    /// The memory is empty, or larger than the receiver allows.
    TooLarge(u64),
    /// The system says no.
    System(io::Error),
}

impl fmt::Display for HandOverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandOverError::PeerDied => f.write_str("the other side is gone"),
            HandOverError::TimedOut => f.write_str("not within the limit"),
            HandOverError::Rubbish => f.write_str("no message of a parcel"),
            HandOverError::NotMemory => {
                f.write_str("no memory that can be sealed")
            }
            HandOverError::Holes => f.write_str("parts of it are not there"),
            HandOverError::NotSealed(what) => write!(f, "it could {what}"),
            HandOverError::Size { said, found } => {
                write!(f, "{found} bytes, not {said}")
            }
            HandOverError::TooLarge(bytes) => {
                write!(f, "{bytes} bytes are not allowed")
            }
            HandOverError::System(error) => error.fmt(f),
        }
    }
}

impl Error for HandOverError {}

impl From<io::Error> for HandOverError {
    fn from(error: io::Error) -> Self {
        HandOverError::System(error)
    }
}

impl From<nix::Error> for HandOverError {
    fn from(error: nix::Error) -> Self {
        HandOverError::System(error.into())
    }
}

/// Memory that is being filled. Children that are forked meanwhile have it
/// too, which is why it lends atomics.
#[derive(Debug)]
pub struct Draft<T> {
    file: File,
    memory: SharedSlice<T>,
}

impl<T: Shareable> Draft<T> {
    /// Memory for `len` values, all zeros. `name` is for whoever looks into
    /// `/proc/PID/maps`.
    ///
    /// # Errors
    ///
    /// `len` is 0, or the system has not so much memory: all of it is
    /// allocated here.
    pub fn new(name: &str, len: usize) -> io::Result<Self> {
        let file = sealable_file::<T>(name, len)?;
        let memory = SharedSlice::map(&file, len)?;
        Ok(Draft { file, memory })
    }

    /// Ends the filling: from now on nobody can change the memory.
    ///
    /// # Errors
    ///
    /// `System`, as `ResourceBusy`: somebody else has it mapped, such as a
    /// child that was forked while it was filled. The draft is dropped then.
    pub fn seal(self) -> Result<Parcel, HandOverError> {
        // First: as long as it is mapped for writing, it cannot be sealed.
        drop(self.memory);
        let seals = SealFlag::F_SEAL_WRITE | SealFlag::F_SEAL_SEAL;
        fcntl(&self.file, FcntlArg::F_ADD_SEALS(seals))?;
        Parcel::open(self.file, usize::MAX)
    }
}

impl<T: Shareable> Deref for Draft<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.memory
    }
}

// ANCHOR: parcel
/// Memory that nobody can change, whoever has it: it lends plain bytes. They
/// start at a page, so that they are aligned for anything.
///
/// The memory ends with the last process that has it. A process that ends,
/// however it does, takes nothing from the others.
#[derive(Debug)]
pub struct Parcel {
    file: File,
    memory: Mapping,
}

impl Parcel {
    /// Maps what somebody has sealed, if it has at most `largest` bytes.
    ///
    /// # Errors
    ///
    /// It is no memory, it is not sealed as it must be, it is empty or too
    /// large, it has holes, or the system refuses to map it. Nothing is mapped
    /// then. `System`, as `InvalidInput`: the descriptor is only for reading.
    pub fn open(file: File, largest: usize) -> Result<Self, HandOverError> {
        let seals = fcntl(&file, FcntlArg::F_GET_SEALS)
            .map_err(|_| HandOverError::NotMemory)?;
        let seals = SealFlag::from_bits_retain(seals);
        for (seal, what) in [
            (SealFlag::F_SEAL_SHRINK, "shrink"),
            (SealFlag::F_SEAL_GROW, "grow"),
            (SealFlag::F_SEAL_WRITE, "be written"),
        ] {
            if !seals.contains(seal) {
                return Err(HandOverError::NotSealed(what));
            }
        }
        // After the seals: before them the size could still change.
        let size = file.metadata()?.len();
        let bytes = usize::try_from(size)
            .ok()
            .filter(|&bytes| bytes <= largest)
            .and_then(NonZeroUsize::new)
            .ok_or(HandOverError::TooLarge(size))?;
        // Frees what is reserved behind the end, which the seals forbid anew;
        // so pages and size can be compared.
        file.set_len(size)?;
        if file.metadata()?.blocks() * BLOCK < size {
            return Err(HandOverError::Holes);
        }
        let memory = Mapping::of_sealed(&file, bytes)?;
        Ok(Parcel { file, memory })
    }
}

impl Deref for Parcel {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let start = self.memory.start();
        // SAFETY: the file has so many bytes, and is sealed: no process can
        // write to it or change its size, and no seal can be taken off. So
        // these bytes are there, and stay the same, for as long as `self`.
        unsafe { slice::from_raw_parts(start.as_ptr(), self.memory.bytes()) }
    }
}
// ANCHOR_END: parcel

impl AsFd for Parcel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// The end that sends parcels.
#[derive(Debug)]
pub struct Outbox(OwnedFd);

/// The end that receives parcels.
#[derive(Debug)]
pub struct Inbox(OwnedFd);

/// The two ends. Move one of them to a child process: an end that stays open
/// in a process that does not use it holds back the news that the other side
/// is gone.
///
/// # Errors
///
/// The system refuses two more descriptors.
///
/// # Examples
///
/// ```
/// use ch04_ipc::handover::{Draft, channel};
/// use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
/// use std::time::Duration;
///
/// let limit = Duration::from_secs(10);
/// let (outbox, inbox) = channel()?;
/// let draft = Draft::<AtomicU8>::new("greeting", 5)?;
/// for (to, byte) in draft.iter().zip(b"hello") {
///     to.store(*byte, Relaxed);
/// }
/// outbox.send(&draft.seal()?, limit)?;
///
/// let parcel = inbox.receive(100, limit)?;
/// assert_eq!(&*parcel, b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn channel() -> io::Result<(Outbox, Inbox)> {
    let (ours, theirs) = socketpair(
        AddressFamily::UNIX,
        // Keeps messages apart, and each with its descriptor.
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    Ok((Outbox(ours), Inbox(theirs)))
}

impl From<OwnedFd> for Outbox {
    /// The end of a socket that was made elsewhere, `SOCK_SEQPACKET`.
    fn from(socket: OwnedFd) -> Self {
        Outbox(socket)
    }
}

impl From<OwnedFd> for Inbox {
    /// The end of a socket that was made elsewhere, `SOCK_SEQPACKET`.
    fn from(socket: OwnedFd) -> Self {
        Inbox(socket)
    }
}

impl Outbox {
    /// Hands `parcel` over. It may be dropped, and this process may end, as
    /// soon as this returns: the message holds the memory.
    ///
    /// # Errors
    ///
    /// `PeerDied`; `TimedOut` if the other side has not taken what was sent
    /// before.
    pub fn send(
        &self,
        parcel: &Parcel,
        within: Duration,
    ) -> Result<(), HandOverError> {
        self.send_file(parcel, parcel.len() as u64, within)
    }

    /// Hands over whatever `file` is, with the word that it has so many
    /// `bytes`. The receiver is to find out what it is.
    ///
    /// # Errors
    ///
    /// As for [`send`](Outbox::send).
    pub fn send_file(
        &self,
        file: impl AsFd,
        bytes: u64,
        within: Duration,
    ) -> Result<(), HandOverError> {
        let mut message = [0; MESSAGE];
        message[..8].copy_from_slice(&MAGIC.to_ne_bytes());
        message[8..].copy_from_slice(&bytes.to_ne_bytes());
        let files = [file.as_fd()];
        let deadline = Instant::now().checked_add(within);
        loop {
            let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
            let mut control = SendAncillaryBuffer::new(&mut space);
            let fits = control.push(SendAncillaryMessage::ScmRights(&files));
            assert!(fits, "there is space for one");
            let parts = [IoSlice::new(&message)];
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            match sendmsg(&self.0, &parts, &mut control, flags) {
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    wait(&self.0, PollFlags::OUT, deadline)?;
                }
                Err(Errno::PIPE | Errno::CONNRESET) => {
                    return Err(HandOverError::PeerDied);
                }
                Err(error) => {
                    return Err(HandOverError::System(error.into()));
                }
            }
        }
    }
}

impl Inbox {
    /// Waits for a parcel of at most `largest` bytes.
    ///
    /// # Errors
    ///
    /// `PeerDied`: the other side is gone, and all that it had sent is
    /// received. A sender that is stopped is `TimedOut`. What is wrong with
    /// the memory that arrived is told by the others; it is given back then.
    pub fn receive(
        &self,
        largest: usize,
        within: Duration,
    ) -> Result<Parcel, HandOverError> {
        let (file, said) = self.receive_file(within)?;
        let parcel = Parcel::open(file, largest)?;
        match parcel.len() as u64 {
            found if found != said => Err(HandOverError::Size { said, found }),
            _ => Ok(parcel),
        }
    }

    /// Waits for a file, and for the word of its sender how many bytes it
    /// has. Nothing of it is checked.
    ///
    /// # Errors
    ///
    /// `PeerDied`, `TimedOut` and `Rubbish`.
    pub fn receive_file(
        &self,
        within: Duration,
    ) -> Result<(File, u64), HandOverError> {
        let deadline = Instant::now().checked_add(within);
        // One more than a message has, so that a longer one is seen.
        let mut message = [0; MESSAGE + 1];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            let mut parts = [IoSliceMut::new(&mut message)];
            let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
            match recvmsg(&self.0, &mut parts, &mut control, flags) {
                Ok(received) => break received,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => wait(&self.0, PollFlags::IN, deadline)?,
                // It has closed its end with something unread.
                Err(Errno::CONNRESET) => return Err(HandOverError::PeerDied),
                Err(error) => {
                    return Err(HandOverError::System(error.into()));
                }
            }
        };
        // Owned at once: whatever is wrong with it, it is closed.
        let mut files = Vec::new();
        for part in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = part {
                files.extend(descriptors.map(File::from));
            }
        }
        if received.bytes == 0 && self.is_at_end()? {
            return Err(HandOverError::PeerDied);
        }
        let cut = ReturnFlags::TRUNC | ReturnFlags::CTRUNC;
        let (magic, said) = message[..MESSAGE].split_at(8);
        let word = |bytes: &[u8]| {
            u64::from_ne_bytes(bytes.try_into().expect("it has eight"))
        };
        match files.pop() {
            Some(file)
                if files.is_empty()
                    && received.bytes == MESSAGE
                    && !received.flags.intersects(cut)
                    && word(magic) == MAGIC =>
            {
                Ok((file, word(said)))
            }
            _ => Err(HandOverError::Rubbish),
        }
    }

    /// Is the other side gone, with nothing unread? An empty message looks
    /// like its end.
    fn is_at_end(&self) -> io::Result<bool> {
        let mut polled = [PollFd::new(&self.0, PollFlags::IN)];
        poll_until(&mut polled, Some(Instant::now()))?;
        // In this order: who is gone sends no more.
        Ok(polled[0].revents().contains(PollFlags::HUP)
            && ioctl_fionread(&self.0)? == 0)
    }
}

/// Waits until the socket is ready, or the deadline.
fn wait(
    socket: &OwnedFd,
    what: PollFlags,
    deadline: Option<Instant>,
) -> Result<(), HandOverError> {
    match poll_until(&mut [PollFd::new(socket, what)], deadline)? {
        true => Ok(()),
        false => Err(HandOverError::TimedOut),
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, HandOverError, Outbox, Parcel, channel};
    use nix::fcntl::{
        FallocateFlags, FcntlArg, SealFlag, fallocate, fcntl, posix_fallocate,
    };
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use rustix::net::{SendFlags, send};
    use std::fs::File;
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
    use std::time::Duration;

    const LIMIT: Duration = Duration::from_secs(10);
    const NOW: Duration = Duration::from_millis(1);

    fn sealed(bytes: u64, seals: SealFlag) -> File {
        let flags = MFdFlags::MFD_ALLOW_SEALING | MFdFlags::MFD_CLOEXEC;
        let file = File::from(memfd_create("test", flags).unwrap());
        // No more than a page of it is there.
        posix_fallocate(&file, 0, bytes.clamp(1, 4096) as i64).unwrap();
        file.set_len(bytes).unwrap();
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals)).unwrap();
        file
    }

    #[test]
    fn a_parcel_cannot_be_changed() {
        let draft = Draft::<AtomicU64>::new("test", 512).unwrap();
        draft[511].store(7, Relaxed);
        let parcel = draft.seal().unwrap();
        let mut file = File::from(parcel.as_fd().try_clone_to_owned().unwrap());
        assert!(file.write(&[1]).is_err());
        assert!(file.set_len(0).is_err());
        assert!(file.set_len(1 << 20).is_err());
        assert_eq!(parcel[511 * 8..], 7u64.to_ne_bytes());
        let parcel = Parcel::open(file, 4096).unwrap();
        assert_eq!(parcel.len(), 4096);
    }

    #[test]
    fn a_draft_in_use_elsewhere_cannot_be_sealed() {
        let draft = Draft::<AtomicU8>::new("test", 1).unwrap();
        let other = super::SharedSlice::<AtomicU8>::map(&draft.file, 1);
        assert!(matches!(draft.seal(), Err(HandOverError::System(_))));
        drop(other);
    }

    #[test]
    fn what_is_not_sealed_is_refused() {
        let all = SealFlag::F_SEAL_SHRINK
            | SealFlag::F_SEAL_GROW
            | SealFlag::F_SEAL_WRITE;
        for (missing, what) in [
            (SealFlag::F_SEAL_SHRINK, "it could shrink"),
            (SealFlag::F_SEAL_GROW, "it could grow"),
            (SealFlag::F_SEAL_WRITE, "it could be written"),
        ] {
            let file = sealed(4096, all - missing);
            let error = Parcel::open(file, usize::MAX).unwrap_err();
            assert_eq!(error.to_string(), what);
        }
        for (bytes, largest) in [(0, 100), (101, 100), (1 << 40, 1 << 30)] {
            let error = Parcel::open(sealed(bytes, all), largest).unwrap_err();
            assert!(matches!(error, HandOverError::TooLarge(b) if b == bytes));
        }
        assert_eq!(Parcel::open(sealed(5, all), 5).unwrap().len(), 5);
        for path in ["/proc/self/exe", "/dev/null", "/"] {
            let file = File::open(path).unwrap();
            assert!(Parcel::open(file, usize::MAX).is_err(), "{path}");
        }
    }

    #[test]
    fn holes_are_refused() {
        let seals = SealFlag::F_SEAL_SHRINK
            | SealFlag::F_SEAL_GROW
            | SealFlag::F_SEAL_WRITE;
        let error = Parcel::open(sealed(4097, seals), 5000).unwrap_err();
        assert!(matches!(error, HandOverError::Holes), "{error}");

        // As many pages as the size asks for, but behind the end of the file.
        let flags = MFdFlags::MFD_ALLOW_SEALING | MFdFlags::MFD_CLOEXEC;
        let file = File::from(memfd_create("test", flags).unwrap());
        file.set_len(8192).unwrap();
        let behind = FallocateFlags::FALLOC_FL_KEEP_SIZE;
        fallocate(&file, behind, 8192, 8192).unwrap();
        assert_eq!(file.metadata().unwrap().blocks() * 512, 8192);
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals)).unwrap();
        assert!(fallocate(&file, behind, 8192, 8192).is_err());
        let error = Parcel::open(file, 8192).unwrap_err();
        assert!(matches!(error, HandOverError::Holes), "{error}");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let (outbox, inbox) = channel().unwrap();
        for message in [&b""[..], b"x", &[0; 16], &[0; 17], &[0; 9999]] {
            send(&outbox.0, message, SendFlags::NOSIGNAL).unwrap();
            let error = inbox.receive(100, LIMIT).unwrap_err();
            assert!(matches!(error, HandOverError::Rubbish), "{error}");
        }
        let null = File::open("/dev/null").unwrap();
        outbox.send_file(&null, 5, LIMIT).unwrap();
        let error = inbox.receive(100, LIMIT).unwrap_err();
        assert!(matches!(error, HandOverError::NotMemory), "{error}");
        let parcel = Draft::<AtomicU8>::new("test", 7).unwrap().seal().unwrap();
        outbox.send_file(&parcel, 8, LIMIT).unwrap();
        let error = inbox.receive(100, LIMIT).unwrap_err();
        assert_eq!(error.to_string(), "7 bytes, not 8");
        outbox.send(&parcel, LIMIT).unwrap();
        assert_eq!(*inbox.receive(100, LIMIT).unwrap(), [0; 7]);
    }

    #[test]
    fn nobody_waits_for_ever() {
        let parcel = Draft::<AtomicU8>::new("test", 1).unwrap().seal().unwrap();
        let (outbox, inbox) = channel().unwrap();
        let late = inbox.receive(1, NOW).unwrap_err();
        assert!(matches!(late, HandOverError::TimedOut));
        let full = loop {
            if let Err(error) = outbox.send(&parcel, NOW) {
                break error;
            }
        };
        assert!(matches!(full, HandOverError::TimedOut), "{full}");
        drop(inbox);
        let gone = outbox.send(&parcel, LIMIT).unwrap_err();
        assert!(matches!(gone, HandOverError::PeerDied));

        let (outbox, inbox) = channel().unwrap();
        outbox.send(&parcel, LIMIT).unwrap();
        drop(outbox);
        assert_eq!(*inbox.receive(1, LIMIT).unwrap(), [0]);
        let gone = inbox.receive(1, LIMIT).unwrap_err();
        assert!(matches!(gone, HandOverError::PeerDied));

        // An empty message is no end, if something is behind it.
        let (outbox, inbox) = channel().unwrap();
        send(&outbox.0, b"", SendFlags::NOSIGNAL).unwrap();
        outbox.send(&parcel, LIMIT).unwrap();
        drop(outbox);
        let empty = inbox.receive(1, LIMIT).unwrap_err();
        assert!(matches!(empty, HandOverError::Rubbish), "{empty}");
        assert_eq!(*inbox.receive(1, LIMIT).unwrap(), [0]);
        let gone = inbox.receive(1, LIMIT).unwrap_err();
        assert!(matches!(gone, HandOverError::PeerDied));
    }

    #[test]
    fn an_end_can_come_from_elsewhere() {
        let (outbox, inbox) = channel().unwrap();
        let outbox = Outbox::from(outbox.0);
        let parcel = Draft::<AtomicU8>::new("test", 1).unwrap().seal().unwrap();
        outbox.send(&parcel, LIMIT).unwrap();
        assert_eq!(inbox.receive(1, LIMIT).unwrap().len(), 1);
    }
}
