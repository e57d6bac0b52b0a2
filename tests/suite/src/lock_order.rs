//! Runs programs with locks that note in which order they are taken.
//!
//! A thread that holds A and takes B, and one that holds B and takes A, can
//! deadlock, also if in no run of the tests they do: that is a lock-order
//! inversion. The crate in `../lock-order/` stands in for `std`, and has
//! tracing-mutex find it. The listings are built a second time, unmodified:
//! cargo calls the script beside that crate instead of rustc.
//!
//! What counts as an order:
//!
//! - `lock`, `read` and `write`, after each lock that the thread still holds.
//!   A reader counts like a writer, since it waits for a writer that waits for
//!   another reader: two threads that read two locks in both orders are
//!   reported, and one that reads a lock twice at once.
//! - A `Condvar` that takes its mutex again, after what the thread holds.
//! - `Once`, `OnceLock` and `LazyLock`, like locks held while they are made.
//! - `try_lock`, `try_read` and `try_write` wait for nobody: they are no order.
//!   What is taken after them while they are held is one.
//!
//! Where it is blind:
//!
//! - It sees the orders of one run: one in a branch that is not taken is not
//!   there. `try_lock` in a loop waits as well, and is not seen; shuttle is
//!   for that.
//! - It compares locks, not the lines that take them. Two locks that are made
//!   and dropped in each round are others in each round, and a transfer from
//!   account to account is reported only if a run does it both ways.
//! - `parking_lot`'s locks, those of std itself (standard output, a channel),
//!   those of other crates, spin locks and semaphores are not seen; nor is a
//!   thread that holds a lock and waits in `join`, `recv` or `Barrier::wait`.
//! - It knows locks alone: orders that a join, a channel or a third lock keeps
//!   apart, so that they cannot meet, are reported too.

use crate::build::Built;
use crate::directives::Kind;
use crate::listing::{Listing, entries};
use regex::Regex;
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// What has rustc take the crate for `std`.
const SCRIPT: &str = include_str!("../lock-order/rustc");

/// Is anything of an inversion in what a program complained?
pub fn speaks(stderr: &str) -> bool {
    stderr.contains("Found cycle in mutex dependency graph")
}

/// Has a program to do with std's locks? It names one, or its chapter's
/// library, which does.
pub fn uses_locks(listing: &Listing) -> bool {
    let locks = Regex::new(r"\b(Mutex|RwLock|Once|OnceLock|LazyLock)\b").expect("it parses");
    let names = |file: &Path| locks.is_match(&fs::read_to_string(file).unwrap_or_default());
    if listing.kind != Kind::Rust {
        return false;
    }
    let library = format!("{}::", listing.chapter.name.replace('-', "_"));
    let text = fs::read_to_string(&listing.source).unwrap_or_default();
    let modules = entries(&listing.chapter.dir.join("src"));
    names(&listing.source) || text.contains(&library) && modules.iter().any(|file| names(file))
}

/// Builds what stands in for `std`, and answers with the variables under which
/// cargo builds programs with it. Below `target`, cargo's target folder, they
/// get a folder of their own; what they depend on is shared, in `parts`.
///
/// # Errors
///
/// It does not build, and what the compiler said.
pub fn variables(target: &Path, parts: &Path) -> Result<Vec<(&'static str, OsString)>, String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("lock-order");
    let built = Built::library(&dir)?;
    let library = built.library_file("std_for_lock_order")?;
    let needs = built.library_file("tracing_mutex")?;

    // Cargo knows nothing of the crate that the script adds: it builds anew if
    // the script has another name.
    let complain = |e: io::Error| format!("{}: {e}", target.display());
    let mut hasher = DefaultHasher::new();
    (fs::read(library).map_err(complain)?, SCRIPT).hash(&mut hasher);
    let target = target.join("lock-order");
    fs::create_dir_all(&target).map_err(complain)?;
    let script = target.join(format!("rustc-{:016x}", hasher.finish()));
    // One that is there may be of a project that the folder was copied from,
    // and another suite may be here at this moment.
    let lock = File::create(target.join("rustc.lock")).map_err(complain)?;
    lock.lock().map_err(complain)?;
    let text = dir.join("rustc");
    if fs::read_link(&script).ok().as_ref() != Some(&text) {
        let made = target.join("rustc-unfinished");
        symlink(&text, &made).map_err(complain)?;
        fs::rename(&made, &script).map_err(complain)?;
    }
    let folder = needs.parent().map(PathBuf::from).unwrap_or_default();
    Ok(vec![
        ("RUSTC_WORKSPACE_WRAPPER", script.into()),
        ("STD_FOR_LOCK_ORDER", library.into()),
        ("STD_FOR_LOCK_ORDER_NEEDS", folder.into()),
        ("CARGO_TARGET_DIR", target.into()),
        ("CARGO_BUILD_BUILD_DIR", parts.into()),
    ])
}
