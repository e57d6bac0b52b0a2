//! The suite's own tests. Every program in `samples/` called `kept_…` keeps
//! what it promises and must pass; every `broken_…` breaks it and must fail
//! with the message in `samples/messages/` (`MESSAGES=overwrite` rewrites
//! them). Those called `canary_…` tell whether ThreadSanitizer still works, and
//! what watches the order of locks. All in each way that the sandbox has here.

use libtest_mimic::{Arguments, Failed, Trial};
use regex::Regex;
use snapbox::assert::Assert;
use snapbox::{Data, IntoData};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;
use suite::directives::Kind;
use suite::listing::Listing;
use suite::sandbox::{self, Job, Way};
use suite::sanitizer;
use suite::trials::Project;

fn main() {
    if sandbox::stage() {
        return;
    }
    let mut arguments = Arguments::from_args();
    // They mostly wait.
    arguments.test_threads = arguments.test_threads.or(Some(8));
    let mut ways = vec![Way::Subreaper];
    if sandbox::way() == Way::Namespaces {
        ways.push(Way::Namespaces);
    } else {
        eprintln!("No namespaces here: only the other way is tested.");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut trials = Vec::new();
    let unsanitized = match sanitizer::find() {
        Err(message) if std::env::var_os("CI").is_none() => {
            eprintln!("Nothing is run under ThreadSanitizer: {message}.");
            true
        }
        _ => false,
    };
    for way in ways {
        let project: &'static Project = Box::leak(Box::new(Project::open(&root, way)));
        for listing in &project.listings {
            // Without namespaces, message queues are seen if they are mounted.
            let queue = listing.name.ends_with("_mqueue");
            if way == Way::Subreaper && queue && !mounted("/dev/mqueue") {
                continue;
            }
            let name = format!("{way:?}::{}", listing.test_name());
            let trial = Trial::test(name, move || check(project, listing));
            trials.push(trial.with_ignored_flag(unsanitized && about_races(listing)));
        }
        let name = format!("{way:?}::a peer outside is no deadlock");
        trials.push(Trial::test(name, move || peer_outside(way)));
        let name = format!("{way:?}::a failing library test is told");
        trials.push(Trial::test(name, move || untrue(project)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn mounted(dir: &str) -> bool {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    mounts
        .lines()
        .any(|line| line.split(' ').nth(1) == Some(dir))
}

fn check(project: &Project, listing: &Listing) -> Result<(), Failed> {
    let mut result = project.check(listing);
    if about_races(listing) {
        result = result.and_then(|()| project.check_sanitized(listing));
    }
    if about_orders(listing) {
        result = result.and_then(|()| project.check_order(listing));
    }
    let canary = listing.name.starts_with("canary_");
    if let (Err(message), true) = (&result, canary) {
        return Err(format!("{CANARY}\n{message}").into());
    }
    let file = message_file(listing);
    let kept = canary || listing.name.starts_with("kept_") || sound(listing);
    match (result, kept) {
        (Ok(()), true) => Ok(()),
        (Err(message), true) => Err(message.into()),
        (Ok(()), false) => Err("it breaks its promise, and nobody noticed".into()),
        (Err(message), false) => {
            let vary = Regex::new("(pid|task|after) [0-9]+([^0-9a-z][0-9]+)?").expect("it parses");
            let message = vary.replace_all(&message, "$1 N").into_owned() + "\n";
            let report = Regex::new("(?s)={18}\n.*").expect("it parses");
            let message = report.replace(&message, "REPORT\n").into_owned();
            Assert::new()
                .action_env("MESSAGES")
                .palette(snapbox::report::Palette::plain())
                .try_eq(
                    Some(&file.display()),
                    message.into_data(),
                    Data::read_from(&file, None),
                )
                .map_err(|difference| difference.to_string().into())
        }
    }
}

/// What a canary says that is dead.
const CANARY: &str = "What finds data races, or inversions of locks, no longer \
     works, so that its verdicts on listings mean nothing: see \
     tests/suite/src/sanitizer.rs and lock_order.rs. A canary that fails after \
     a new compiler asks for a new tests/suite/sanitizer/make-std, or for new \
     methods in tests/suite/lock-order.";

/// Is this one of the samples that run under ThreadSanitizer as well?
fn about_races(listing: &Listing) -> bool {
    is_about(listing, &["_race", "canary_", "kept_inversion"])
}

/// Is this one of those whose locks' order is watched?
fn about_orders(listing: &Listing) -> bool {
    is_about(listing, &["_inversion", "_order", "canary_clean"])
}

fn is_about(listing: &Listing, parts: &[&str]) -> bool {
    listing.kind == Kind::Rust && parts.iter().any(|part| listing.name.contains(part))
}

/// Beside a broken twin the Rust program is sound.
fn sound(listing: &Listing) -> bool {
    listing.kind != Kind::Python && listing.source.with_extension("py").exists()
}

fn message_file(listing: &Listing) -> PathBuf {
    let messages = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/messages");
    messages.join(format!("{}.txt", listing.name))
}

/// A program that waits for a peer outside its tree is not deadlocked: the
/// peer may yet answer.
fn peer_outside(way: Way) -> Result<(), Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{port}; read line <&3");
    let job = Job {
        program: "/bin/bash".into(),
        args: vec!["-c".into(), script],
        path: std::env::var_os("PATH").unwrap_or_default(),
        variables: Vec::new(),
        limit: Duration::from_millis(300),
    };
    let report = sandbox::run_in(way, &job)?;
    match report.hung && report.deadlock.is_none() {
        true => Ok(()),
        false => Err(format!("{report:?}").into()),
    }
}

fn untrue(project: &Project) -> Result<(), Failed> {
    for (part, reason) in [("--lib", "tests::answers"), ("--doc", "answer (line 5)")] {
        match project.test_library("ch02-untrue", part) {
            Err(message)
                if message.contains(reason) && message.contains("listings/ch02-untrue/src") => {}
            other => return Err(format!("{part}: {other:?}").into()),
        }
    }
    Ok(())
}
