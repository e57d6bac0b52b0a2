//! Runs every listing of the book, one named test each:
//! `cargo test --test listings NAME`.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::time::Instant;
use suite::directives::Kind;
use suite::listing::measurements;
use suite::output;
use suite::repeat::{self, repeated};
use suite::sandbox;
use suite::trials::Project;

fn main() {
    if sandbox::stage() {
        return;
    }
    let mut arguments = Arguments::from_args();
    if output::overwrites() {
        // The twins are held against what the Rust programs write.
        arguments.test_threads = Some(1);
    }
    let times = repeat::times().unwrap_or_else(|message| {
        eprintln!("{message}");
        std::process::exit(2);
    });
    let start = Instant::now();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let way = sandbox::way();
    let project: &'static Project = Box::leak(Box::new(Project::open(root, way)));

    // Without a Python its programs are ignored, but never under CI.
    let missing = match project.python() {
        Err(message) if std::env::var_os("CI").is_none() => {
            eprintln!("The Python programs are ignored: {message}.");
            true
        }
        _ => false,
    };
    // The same holds for what ThreadSanitizer needs.
    let unsanitized = match project.sanitizer() {
        Err(message) if std::env::var_os("CI").is_none() => {
            eprintln!("No program is run under ThreadSanitizer: {message}.");
            true
        }
        _ => false,
    };
    let again = move |check: &dyn Fn() -> Result<(), String>| {
        repeated(times, |_| check()).map_err(Failed::from)
    };
    let mut trials = vec![Trial::test("layout", move || {
        again(&|| project.check_layout())
    })];
    for listing in &project.listings {
        let needs_python = listing.kind == Kind::Python || listing.chapter.extension;
        trials.push(
            Trial::test(listing.test_name(), move || {
                again(&|| project.check(listing))
            })
            .with_ignored_flag(missing && needs_python),
        );
    }
    for listing in project.sanitized_listings() {
        let name = format!("{}::sanitizer", listing.test_name());
        trials.push(
            Trial::test(name, move || again(&|| project.check_sanitized(listing)))
                .with_ignored_flag(unsanitized),
        );
    }
    for listing in project.ordered_listings() {
        let name = format!("{}::lock-order", listing.test_name());
        trials.push(Trial::test(name, move || {
            again(&|| project.check_order(listing))
        }));
    }
    for package in project.libraries() {
        for (part, name) in [("--lib", "unit tests"), ("--doc", "doc tests")] {
            let name = format!("{package}::{name}");
            trials.push(Trial::test(name, move || {
                again(&|| project.test_library(package, part))
            }));
        }
    }
    for name in measurements(root) {
        trials.push(
            Trial::test(format!("measurements::{name}"), move || {
                again(&|| project.check_measurement(&name))
            })
            .with_ignored_flag(missing),
        );
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        println!(
            "{}; ignored {}; {:.1} s",
            project.summary(),
            conclusion.num_ignored,
            start.elapsed().as_secs_f64()
        );
    }
    conclusion.exit();
}
