//! Runs programs under ThreadSanitizer, on the stable compiler.
//!
//! ThreadSanitizer has to be told of every atomic operation, those in std
//! included, or it takes what a `Mutex` or a channel puts in order for a race.
//! The std that comes with the compiler tells nothing. `sanitizer/make-std`
//! makes one that does, from the bitcode in the compiler's own files, and
//! `sanitizer/fence.c` has it understand the fence in `Arc`'s drop. The way
//! depends on details of one version of the compiler: the canaries among the
//! suite's samples tell when it no longer works.
//!
//! Where it is blind:
//!
//! - It sees what a run does: a race in a branch that is not taken, or between
//!   threads that happened to run one after the other, is not reported.
//! - Of each eight bytes it remembers the last few accesses, and a race with
//!   an older one is missed.
//! - Near a stand-alone fence it can miss a race, since `fence.c` takes the
//!   fence for stronger than it is; so for each last drop of an `Arc`. It
//!   invents none.
//! - It knows the order that happened, not the orders that a weaker
//!   `Ordering` would have allowed.
//! - It looks at one process: memory that processes share is not compared.
//! - What the kernel, and C code that is not built with it, do to memory.

use crate::listing::{entries, file_name};
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// In how many runs a race has to show.
pub const RUNS_TO_RACE: u32 = 50;
/// How many runs have to be silent.
pub const SILENT_RUNS: u32 = 3;

/// The only system that the way was tried on.
const HOST: &str = "x86_64-unknown-linux-gnu";
/// What the std is made by; another content makes another std.
const MAKERS: [&str; 2] = [
    include_str!("../sanitizer/make-std"),
    include_str!("../sanitizer/fence.c"),
];

/// The tools that it takes.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The compiler's folder.
    sysroot: PathBuf,
    /// What the compiler says about itself.
    version: String,
    /// The program that finds the source line of an address.
    addr2line: PathBuf,
}

/// Looks for the tools.
///
/// # Errors
///
/// One is missing, or this is another system; the message says what is
/// wanted.
pub fn find() -> Result<Tools, String> {
    let version = rustc(&["-vV"])?;
    if !version
        .lines()
        .any(|l| l.strip_prefix("host: ") == Some(HOST))
    {
        return Err(format!("ThreadSanitizer is used with {HOST} only"));
    }
    let sysroot = PathBuf::from(rustc(&["--print", "sysroot"])?.trim());
    let host = sysroot.join("lib/rustlib").join(HOST);
    let runtime = entries(&host.join("lib"))
        .iter()
        .any(|file| file_name(file).ends_with("rt.tsan.a"));
    let own = ["bin/rust-objcopy", "bin/gcc-ld/ld.lld"];
    let mut missing: Vec<&str> = own
        .into_iter()
        .filter(|tool| !host.join(tool).exists())
        .collect();
    if !runtime {
        missing.push("lib/*rt.tsan.a");
    }
    if !missing.is_empty() {
        return Err(format!(
            "ThreadSanitizer needs {missing:?} in {}: rustup's toolchain has them",
            host.display()
        ));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = |tool: &str| {
        std::env::split_paths(&path)
            .map(|dir| dir.join(tool))
            .find(|file| file.exists())
            .ok_or_else(|| format!("ThreadSanitizer needs {tool}: install gcc and binutils"))
    };
    for tool in ["bash", "gcc", "ar"] {
        on_path(tool)?;
    }
    Ok(Tools {
        sysroot,
        version,
        addr2line: on_path("addr2line")?,
    })
}

fn rustc(args: &[&str]) -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let output = Command::new(rustc)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("rustc: {e}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

impl Tools {
    /// Makes the std in `target`, unless it is there, and answers with the
    /// variables under which cargo builds programs with it, into `target`.
    ///
    /// # Errors
    ///
    /// The script failed, and what it said.
    pub fn variables(&self, target: &Path) -> Result<Vec<(&'static str, OsString)>, String> {
        let std = self.make_std(target)?;
        let mut link_args = OsString::from("-Clink-arg=@");
        link_args.push(std.join("link.args"));
        let mut fence = OsString::from("-Clink-arg=");
        fence.push(std.join("fence.o"));
        let flags = [
            "-Zsanitizer=thread".into(),
            "-Cunsafe-allow-abi-mismatch=sanitizer".into(),
            "--sysroot".into(),
            std.into_os_string(),
            fence,
            link_args,
        ];
        Ok(vec![
            ("RUSTC_BOOTSTRAP", "1".into()),
            ("CARGO_TARGET_DIR", target.into()),
            // Build scripts run without it if a target is named.
            ("CARGO_BUILD_TARGET", HOST.into()),
            // A report names files and lines.
            ("CARGO_PROFILE_DEV_DEBUG", "line-tables-only".into()),
            ("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f".as_ref())),
        ])
    }

    /// The folder is named after all that it is made of: with another std,
    /// cargo sees other flags and builds everything anew.
    fn make_std(&self, target: &Path) -> Result<PathBuf, String> {
        let complain = |e: std::io::Error| format!("{}: {e}", target.display());
        fs::create_dir_all(target).map_err(complain)?;
        // Another suite may be making it at this moment.
        let lock = File::create(target.join("std.lock")).map_err(complain)?;
        lock.lock().map_err(complain)?;

        let mut hasher = DefaultHasher::new();
        (&self.version, &self.sysroot, MAKERS).hash(&mut hasher);
        let std = target.join(format!("std-{:016x}", hasher.finish()));
        if std.exists() {
            return Ok(std);
        }
        for old in entries(target) {
            if old.is_dir() && file_name(&old).starts_with("std-") {
                fs::remove_dir_all(&old).map_err(complain)?;
            }
        }
        let unfinished = target.join("std-unfinished");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sanitizer/make-std");
        let output = Command::new("bash")
            .arg(&script)
            .args([&self.sysroot, &unfinished])
            .stdin(Stdio::null())
            .output()
            .map_err(|e| format!("bash: {e}"))?;
        if !output.status.success() {
            return Err(format!(
                "{} failed, so that nothing can run under ThreadSanitizer:\n{}",
                script.display(),
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        fs::rename(&unfinished, &std).map_err(complain)?;
        Ok(std)
    }

    /// The variables under which a program runs.
    pub fn options(&self) -> Vec<(String, String)> {
        let options = [
            "exitcode=66",
            // It would wait a second for threads that still run.
            "atexit_sleep_ms=0",
            &format!("external_symbolizer_path={}", self.addr2line.display()),
        ];
        vec![("TSAN_OPTIONS".into(), options.join(" "))]
    }
}

/// The exit status of a program that was reported, whatever its own was.
pub const REPORTED: i32 = 66;

/// Is there anything of ThreadSanitizer's in what a program complained?
pub fn speaks(stderr: &str) -> bool {
    stderr.contains("ThreadSanitizer")
}

/// Is one of the accesses of a reported data race in the file `source`? That
/// `source` started the threads is not enough.
pub fn race_in(stderr: &str, source: &Path) -> bool {
    let place = format!(" {}:", source.display());
    stderr
        .split("WARNING: ThreadSanitizer: ")
        .skip(1)
        .filter(|report| report.starts_with("data race"))
        .flat_map(|report| report.split("\n\n"))
        .filter(|part| is_access(part))
        .any(|part| part.contains(&place))
}

/// `Write of size 4 at …`, `Previous atomic read of size 8 at …`.
fn is_access(part: &str) -> bool {
    part.lines().any(|line| {
        let line = line.trim_start().to_lowercase();
        let line = line.trim_start_matches("previous ");
        let line = line.trim_start_matches("atomic ");
        line.starts_with("write of size") || line.starts_with("read of size")
    })
}

/// A report without the frames in std, and without the addresses.
pub fn shortened(stderr: &str) -> String {
    let mut short = String::new();
    for line in stderr.lines() {
        let frame = line.trim_start().starts_with('#');
        if frame && (line.contains(" /rustc/") || line.contains("??:?")) {
            continue;
        }
        let address = if frame { line.rfind(" (BuildId") } else { None };
        let line = &line[..address.unwrap_or(line.len())];
        let address = if frame { line.rfind(" (") } else { None };
        short += &line[..address.unwrap_or(line.len())];
        short.push('\n');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const RACE: &str = "\
==================
WARNING: ThreadSanitizer: data race (pid=7)
  Write of size 4 at 0x7ffe9e7e9a24 by thread T1:
    #0 <T>::add /book/src/bin/add_twice.rs:17 (add_twice+0xe5568) (BuildId: 9a)
    #1 call_once /rustc/59/library/core/src/ops/function.rs:250 (add_twice+0xe4d7c)

  Previous atomic read of size 4 at 0x7ffe9e7e9a24 by thread T2:
    #0 <T>::get /book/src/lib.rs:3 (add_twice+0xe55e7) (BuildId: 9a)

  Thread T1 (tid=8, running) created by main thread at:
    #0 main /book/src/bin/start_both.rs:27 (add_twice+0xe4c01) (BuildId: 9a)

SUMMARY: ThreadSanitizer: data race /book/src/bin/sum_up.rs:17 in add
==================
";

    #[test]
    fn only_an_access_counts() {
        let races = |file: &str| race_in(RACE, Path::new(file));
        assert!(races("/book/src/bin/add_twice.rs"));
        assert!(races("/book/src/lib.rs"));
        assert!(!races("/book/src/bin/start_both.rs"), "it only starts them");
        assert!(!races("/book/src/bin/sum_up.rs"), "that is the summary");
        assert!(!races("src/bin/add_twice.rs") && !races("/book/src/bin/add_twice"));
    }

    #[test]
    fn only_a_data_race_counts() {
        let other = RACE.replace("data race", "lock-order-inversion");
        assert!(!race_in(&other, Path::new("/book/src/lib.rs")));
        assert!(speaks(&other) && !speaks("no further thread"));
    }

    #[test]
    fn a_short_report_has_our_frames() {
        let short = shortened(RACE);
        assert!(short.contains("    #0 <T>::add /book/src/bin/add_twice.rs:17\n"));
        assert!(!short.contains("/rustc/") && !short.contains("BuildId"));
    }
}
