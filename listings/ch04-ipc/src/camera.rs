//! What the camera's programs share: where iceoryx2 keeps its files, where a
//! frame lies, and a reader that is stopped.

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use iceoryx2::config::Config;
use iceoryx2::prelude::{
    FileName, Node, NodeBuilder, Path, SemanticString, SignalHandlingMode, ipc,
};
use iceoryx2::service::port_factory::publish_subscribe::PortFactory;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A place for iceoryx2's files that this program has for itself, with its
/// children: nothing else that uses iceoryx2 here is seen or touched.
/// Dropping it removes what is left there, so drop all nodes first.
#[derive(Debug)]
pub struct Domain {
    dir: TempDir,
    config: Config,
    /// What its names in `/dev/shm` begin with.
    prefix: String,
    /// A forked child drops a copy of this, and the files are not the child's.
    maker: u32,
}

impl Domain {
    /// To be made before the first fork, and before the first node.
    ///
    /// # Errors
    ///
    /// There is no temporary folder, or its path is too long for iceoryx2.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        let prefix = format!("camera-{}-", process::id());
        let mut config = Config::default();
        let root = Path::new(dir.path().as_os_str().as_bytes());
        config
            .global
            .set_root_path(&root.map_err(|e| format!("{e:?}"))?);
        let name = FileName::new(prefix.as_bytes());
        config.global.prefix = name.map_err(|e| format!("{e:?}"))?;
        Ok(Domain {
            dir,
            config,
            prefix,
            maker: process::id(),
        })
    }

    /// For `NodeBuilder::config`.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The files that there are: below the root folder, and in `/dev/shm`.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = self.memory()?;
        let mut dirs = vec![self.dir.path().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir)? {
                let entry = entry?;
                match entry.file_type()?.is_dir() {
                    true => dirs.push(entry.path()),
                    false => files.push(entry.path()),
                }
            }
        }
        Ok(files)
    }

    fn memory(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir("/dev/shm")? {
            let entry = entry?;
            let name = entry.file_name();
            if name.as_bytes().starts_with(self.prefix.as_bytes()) {
                files.push(entry.path());
            }
        }
        Ok(files)
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        if process::id() != self.maker {
            // The folder is the maker's too.
            self.dir.disable_cleanup(true);
            return;
        }
        for file in self.memory().unwrap_or_default() {
            let _ = fs::remove_file(file);
        }
    }
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
            .then_some((inode, offset + at.saturating_sub(start)))
    });
    found.ok_or_else(|| io::Error::other("no mapping has these bytes"))
}

/// The service of a camera.
pub type Service = PortFactory<ipc::Service, [u8], ()>;

/// Joins the service "camera", whose readers have room for four frames, and
/// none is thrown away. Each process has a node of its own: none is carried
/// over a fork.
///
/// # Errors
///
/// iceoryx2 refuses, since others have made it with other settings, say.
pub fn join(
    domain: &Domain,
) -> Result<(Node<ipc::Service>, Service), Box<dyn Error>> {
    let node = NodeBuilder::new()
        .config(domain.config())
        .signal_handling_mode(SignalHandlingMode::Disabled)
        .create::<ipc::Service>()?;
    let service = node
        .service_builder(&"camera".try_into()?)
        .publish_subscribe::<[u8]>()
        .subscriber_max_buffer_size(4)
        .enable_safe_overflow(false)
        .open_or_create()?;
    Ok((node, service))
}

/// Forks a camera that does `film`, and a reader that connects with it and is
/// stopped. This process is the other reader: how many of `frames` it
/// receives, if it waits two seconds for each. `film` meets it when the camera
/// is created, and before each frame. How the camera ended is printed.
///
/// # Errors
///
/// One of the three fails before the first frame.
pub fn receive_beside_stopped(
    frames: usize,
    film: impl FnOnce(&Domain, &Meeting) -> Result<(), Box<dyn Error>>,
) -> Result<usize, Box<dyn Error>> {
    let domain = Domain::new()?;
    let (camera_there, theirs) = Meeting::sides()?;
    let mut camera =
        ForkedChild::start(|| film(&domain, &theirs).map_or(1, |()| 0))?;
    let (other_there, theirs) = Meeting::sides()?;
    let other =
        ForkedChild::start(|| stop(&domain, &theirs).map_or(1, |()| 0))?;

    let (node, service) = join(&domain)?;
    // Second in the list: each frame goes to the other reader first.
    other_there.meet()?;
    let subscriber = service.subscriber_builder().create()?;
    camera_there.meet()?;
    subscriber.receive()?;
    other_there.meet()?;
    other_there.meet()?;
    while other.stopped()?.is_none() {
        node.wait(Duration::from_millis(1))?;
    }
    for number in 0..frames {
        camera_there.meet()?;
        let deadline = Instant::now() + Duration::from_secs(2);
        while subscriber.receive()?.is_none() {
            if Instant::now() > deadline {
                return Ok(number);
            }
            node.wait(Duration::from_millis(1))?;
        }
    }
    println!("camera: {}", camera.wait()?);
    Ok(frames)
}

fn stop(domain: &Domain, reader: &Meeting) -> Result<(), Box<dyn Error>> {
    let (_node, service) = join(domain)?;
    let subscriber = service.subscriber_builder().create()?;
    reader.meet()?;
    reader.meet()?;
    // Connects with the camera.
    subscriber.receive()?;
    reader.meet()?;
    raise(Signal::SIGSTOP)?;
    Err("it was not stopped".into())
}
