//! Runs one program so that nothing it starts outlives the test.
//!
//! The suite's own executable is started twice over: as *stage 1*, which
//! enters new PID, IPC and mount namespaces where the kernel allows it, and
//! from there as *stage 2*, the first process in them, which starts the
//! program, watches it, looks at what is left of it, and ends that. Where
//! namespaces are not allowed, stage 2 is a child subreaper instead, and one
//! program runs at a time, since all then share one `/dev/shm`.

use crate::deadlock::{Process, Watch, descendants};
use crate::listing::{entries, file_name};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use rustix::process::{self as process, Pid, Resource, Rlimit, Signal, WaitOptions};
use rustix::thread::{UnshareFlags, unshare_unsafe};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The ways to keep a program in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Namespaces of its own, with a private `/dev/shm`.
    Namespaces,
    /// A process group under a child subreaper.
    Subreaper,
}

/// A program to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its PATH.
    pub path: OsString,
    /// What else stands in its environment.
    pub variables: Vec<(String, String)>,
    /// The wall time after which it is ended.
    pub limit: Duration,
}

/// What happened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Its exit status, if it ended by itself.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// It was alive at the limit.
    pub hung: bool,
    /// A line for each of its tasks, if all of them slept for good.
    pub deadlock: Option<Vec<String>>,
    /// What it left behind: `process NAME`, `/dev/shm/NAME`, `file NAME`, …
    pub leaks: BTreeSet<String>,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
    /// The CPU time of all of it.
    pub cpu: Duration,
}

const STAGE: &str = "--sandbox-stage";
/// How long what a program started may outlive it.
const GRACE: Duration = Duration::from_secs(3);

/// The way that works here: namespaces, unless the kernel refuses or the
/// environment says `SANDBOX=none`.
pub fn way() -> Way {
    static WAY: OnceLock<Way> = OnceLock::new();
    *WAY.get_or_init(|| {
        let off = std::env::var("SANDBOX").is_ok_and(|v| v == "none");
        let job = Job {
            program: "/bin/true".into(),
            args: Vec::new(),
            path: OsString::new(),
            variables: Vec::new(),
            limit: Duration::from_secs(30),
        };
        match !off && run_in(Way::Namespaces, &job).is_ok() {
            true => Way::Namespaces,
            false => Way::Subreaper,
        }
    })
}

/// Runs `job` in the given way.
///
/// # Errors
///
/// The sandbox cannot be set up, or the program cannot be started.
pub fn run_in(way: Way, job: &Job) -> Result<Report, String> {
    let dir = tempfile::Builder::new()
        .prefix("listing-")
        .tempdir()
        .map_err(|e| format!("no temporary directory: {e}"))?;
    for sub in ["work", "tmp", "mqueue"] {
        fs::create_dir(dir.path().join(sub)).map_err(|e| e.to_string())?;
    }
    let suite = std::env::current_exe().map_err(|e| e.to_string())?;
    // Without namespaces all programs see one /dev/shm: take turns, among
    // the suite's processes too.
    let turn = File::open(&suite).map_err(|e| e.to_string())?;
    if way == Way::Subreaper {
        turn.lock().map_err(|e| e.to_string())?;
    }
    let job = serde_json::to_string(&(way, job)).map_err(|e| e.to_string())?;
    let output = Command::new(suite)
        .args([STAGE, "1", &job])
        .arg(dir.path())
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("the sandbox does not start: {e}"))?;
    let read = |name: &str| {
        let bytes = fs::read(dir.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let mut report: Report = serde_json::from_str(&read("report")).map_err(|_| {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        format!("the sandbox failed: {}", stderr.trim())
    })?;
    report.stdout = read("stdout");
    report.stderr = read("stderr");
    for sub in ["work", "tmp"] {
        for path in entries(&dir.path().join(sub)) {
            let kind = fs::symlink_metadata(&path).map(|m| m.file_type());
            let kind = match kind.is_ok_and(|kind| kind.is_socket()) {
                true => "socket",
                false => "file",
            };
            report.leaks.insert(format!("{kind} {}", file_name(&path)));
        }
    }
    Ok(report)
}

/// To be called first in `main`: if this process is a stage of the sandbox it
/// does that work, and `main` is to return.
pub fn stage() -> bool {
    let args: Vec<String> = std::env::args().collect();
    let [_, flag, stage, job, dir] = args.as_slice() else {
        return false;
    };
    if flag != STAGE {
        return false;
    }
    let (way, job): (Way, Job) = serde_json::from_str(job).expect("stage 0 wrote it");
    let dir = Path::new(dir);
    let result = match stage.as_str() {
        "1" => stage_1(way, &args[3], dir),
        _ => stage_2(way, &job, dir),
    };
    if let Err(error) = result {
        eprintln!("stage {stage}: {error}");
    }
    true
}

fn stage_1(way: Way, job: &str, dir: &Path) -> io::Result<()> {
    process::set_parent_process_death_signal(Some(Signal::KILL))?;
    if way == Way::Namespaces {
        let uid = process::getuid();
        let gid = process::getgid();
        let mut flags = UnshareFlags::NEWPID | UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
        if !uid.is_root() {
            flags |= UnshareFlags::NEWUSER;
        }
        // SAFETY: this process has one thread, and the table of descriptors
        // stays as it is.
        unsafe { unshare_unsafe(flags) }?;
        if !uid.is_root() {
            fs::write("/proc/self/setgroups", "deny")?;
            fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
            fs::write("/proc/self/gid_map", format!("0 {gid} 1"))?;
        }
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private)?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV;
        mount("tmpfs", "/dev/shm", "tmpfs", flags, c"size=64m")?;
    }
    Command::new("/proc/self/exe")
        .args([STAGE, "2", job])
        .arg(dir)
        .status()
        .map(drop)
}

fn stage_2(way: Way, job: &Job, dir: &Path) -> io::Result<()> {
    process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut mqueue = PathBuf::from("/dev/mqueue");
    if way == Way::Namespaces {
        mount("proc", "/proc", "proc", MountFlags::empty(), None)?;
        mqueue = dir.join("mqueue");
        mount("mqueue", &mqueue, "mqueue", MountFlags::empty(), None)?;
    } else {
        process::set_child_subreaper(Some(process::getpid()))?;
    }
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    process::setrlimit(Resource::Core, none)?;
    let names = || names_in_use(&mqueue);
    let before = names();

    let out = |name| File::create(dir.join(name));
    let mut command = Command::new(&job.program);
    command
        .args(&job.args)
        .env_clear()
        .env("PATH", &job.path)
        .envs(job.variables.iter().cloned())
        .envs([("LC_ALL", "C.UTF-8"), ("TZ", "UTC")])
        // A twin that imports another leaves nothing beside it.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("TMPDIR", dir.join("tmp"))
        .current_dir(dir.join("work"))
        .stdin(Stdio::null())
        .stdout(out("stdout")?)
        .stderr(out("stderr")?)
        .process_group(0);
    let mut child = command
        .spawn()
        .map_err(|e| io::Error::other(format!("{}: {e}", job.program.display())))?;
    // A process of the program's that ends after it must not be taken for one
    // that ended before, because this process was slow to look. Only root may.
    let _ = process::setpriority_process(None, -10);
    let mut report = Report::default();
    let me = process::getpid().as_raw_nonzero().get();

    // Until it ends, or is seen never to end.
    let started = Instant::now();
    let pid = Pid::from_child(&child);
    let pidfd = process::pidfd_open(pid, process::PidfdFlags::empty())?;
    let mut watch = Watch::default();
    let mut orphans = Orphans {
        me,
        main: pid_of(&child),
        alive: BTreeSet::new(),
        below: BTreeSet::new(),
    };
    loop {
        let pause = match started.elapsed() < Duration::from_millis(100) {
            true => Duration::from_millis(5),
            false => Duration::from_millis(20),
        };
        let pause = pause.try_into().expect("it is short");
        let mut ended = [PollFd::new(&pidfd, PollFlags::IN)];
        if poll(&mut ended, Some(&pause))? > 0 {
            break;
        }
        let tree = descendants(me);
        report.leaks.extend(orphans.zombies(&tree));
        report.deadlock = watch.sample(&tree);
        report.hung = started.elapsed() >= job.limit;
        if report.hung || report.deadlock.is_some() {
            break;
        }
    }

    if !report.hung && report.deadlock.is_none() {
        report.leaks.extend(orphans.zombies(&descendants(me)));
        let status = child.wait()?;
        report.code = status.code();
        report.signal = status.signal();
        let ended = Instant::now();
        loop {
            reap();
            let left = descendants(me);
            if left.is_empty() {
                break;
            }
            // Those of Python end by themselves, and may not even have begun.
            let helpers = left.iter().all(is_helper);
            if ended.elapsed() >= if helpers { 5 * GRACE } else { GRACE } {
                let names = left.iter().map(|p| format!("process {}", p.name));
                report.leaks.extend(names);
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    end_all(me)?;
    for name in names().difference(&before) {
        report.leaks.insert(name.clone());
        if name.starts_with("/dev/shm/") {
            fs::remove_file(name)?;
        } else if let Some(queue) = name.strip_prefix("mqueue ") {
            fs::remove_file(mqueue.join(queue))?;
        }
    }
    report.cpu = cpu_of_children()?;
    let report = serde_json::to_string(&report)?;
    fs::write(dir.join("report"), report)
}

/// Processes whose parents have ended, so that they are now this process's.
///
/// Of one that has ended as well, `/proc` does not tell which of the two ended
/// first, and only if it was the child, it was a zombie when it came. So one
/// that ends sooner than a sample is taken is taken for a zombie, with these
/// exceptions: it was in a group that another process leads, other than the
/// program, and groups are ended as a whole; or a signal ended it, and it had
/// been seen with a parent other than the program, which may have been ended
/// by the same one.
struct Orphans {
    me: i32,
    main: i32,
    /// Those that were seen alive, or are known to end by themselves.
    alive: BTreeSet<i32>,
    /// Those that were seen alive with a parent other than the program.
    below: BTreeSet<i32>,
}

impl Orphans {
    /// Reaps orphans that have ended, and names those that were zombies when
    /// they came: their parent had not reaped them when it ended.
    fn zombies(&mut self, tree: &[Process]) -> Vec<String> {
        let mut zombies = Vec::new();
        for process in tree.iter().filter(|p| p.pid != self.main) {
            let orphan = process.parent == self.me;
            if process.state != 'Z' {
                if orphan || is_helper(process) {
                    self.alive.insert(process.pid);
                } else if process.parent != self.main {
                    self.below.insert(process.pid);
                }
            } else if orphan {
                let reaped = process::waitpid(Pid::from_raw(process.pid), WaitOptions::NOHANG);
                let Ok(Some((_, status))) = reaped else {
                    // Its main thread has ended, and others run.
                    self.alive.insert(process.pid);
                    continue;
                };
                let alive = self.alive.remove(&process.pid);
                let below = self.below.remove(&process.pid);
                let own_group = [self.main, process.pid].contains(&process.group);
                if own_group && !alive && !(below && status.signaled()) {
                    zombies.push(format!("zombie {}", process.name));
                }
            }
        }
        zombies
    }
}

/// Is this one of the processes that Python's `multiprocessing` starts for
/// itself? They end because the program does, perhaps before anybody looks.
fn is_helper(process: &Process) -> bool {
    let command = fs::read_to_string(format!("/proc/{}/cmdline", process.pid));
    command.is_ok_and(|c| {
        c.contains("multiprocessing.resource_tracker") || c.contains("multiprocessing.forkserver")
    })
}

fn pid_of(child: &std::process::Child) -> i32 {
    Pid::from_child(child).as_raw_nonzero().get()
}

/// Reaps every child that has ended.
fn reap() {
    while let Ok(Some(_)) = process::wait(WaitOptions::NOHANG) {}
}

/// Kills everything below this process, until nothing is left.
fn end_all(me: i32) -> io::Result<()> {
    let began = Instant::now();
    loop {
        let left: Vec<Process> = descendants(me);
        if left.is_empty() {
            return Ok(());
        }
        if began.elapsed() > 3 * GRACE {
            return Err(io::Error::other(format!("cannot end {left:?}")));
        }
        // Zombies too: of one that is shown as such, other threads may run.
        for process in &left {
            if let Some(pid) = Pid::from_raw(process.pid) {
                // It may have ended by itself.
                let _ = process::kill_process(pid, Signal::KILL);
            }
        }
        reap();
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The names and System V objects that outlive a process.
fn names_in_use(mqueue: &Path) -> BTreeSet<String> {
    let shm = entries("/dev/shm".as_ref());
    let queues = entries(mqueue);
    let system_v = ["msg", "sem", "shm"].into_iter().flat_map(|kind| {
        let file = format!("/proc/sysvipc/{kind}");
        let table = fs::read_to_string(file).unwrap_or_default();
        let id = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
        let ids: Vec<String> = table.lines().skip(1).filter_map(id).collect();
        ids.into_iter()
            .map(move |id| format!("System V {kind} {id}"))
    });
    shm.iter()
        .map(|path| path.display().to_string())
        .chain(queues.iter().map(|q| format!("mqueue {}", file_name(q))))
        .chain(system_v)
        .collect()
}

/// The CPU time of all children that were reaped, their children included.
fn cpu_of_children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(") ").map_or("", |(_, after)| after);
    // Fields 16 and 17 of proc_pid_stat(5), in hundredths of a second.
    let ticks = fields
        .split(' ')
        .skip(13)
        .take(2)
        .filter_map(|f| f.parse::<u64>().ok());
    Ok(Duration::from_millis(ticks.sum::<u64>() * 10))
}
