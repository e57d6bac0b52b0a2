//! Makes a named test of every listing, and runs it.

use crate::build::{Built, cargo};
use crate::directives::{Ending, Kind, Promise};
use crate::listing::{self, Chapter, Listing};
use crate::sandbox::{self, Job, Report, Way};
use crate::sanitizer::{self, Tools};
use crate::{layout, lock_order, python, rejected, verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// The listings of one project, and what is made of them on first use.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    way: Way,
    chapters: Vec<Chapter>,
    /// Every program under `listings/`.
    pub listings: Vec<Listing>,
    built: OnceLock<Result<Built, String>>,
    sanitizer: OnceLock<Result<Tools, String>>,
    sanitized: OnceLock<Result<Built, String>>,
    ordered: OnceLock<Result<Built, String>>,
    extensions: Mutex<BTreeMap<String, Result<&'static Built, String>>>,
    python: OnceLock<Result<PathBuf, String>>,
    environment: OnceLock<Result<PathBuf, String>>,
    counts: Mutex<BTreeMap<&'static str, u32>>,
    cpu: Mutex<Vec<(Duration, String)>>,
}

impl Project {
    /// Reads the project in the folder `root`; nothing is built yet.
    pub fn open(root: &Path, way: Way) -> Project {
        let chapters = listing::chapters(root);
        let listings = listing::find(&chapters);
        Project {
            root: root.to_owned(),
            way,
            chapters,
            listings,
            built: OnceLock::new(),
            sanitizer: OnceLock::new(),
            sanitized: OnceLock::new(),
            ordered: OnceLock::new(),
            extensions: Mutex::default(),
            python: OnceLock::new(),
            environment: OnceLock::new(),
            counts: Mutex::default(),
            cpu: Mutex::default(),
        }
    }

    /// The names of the crates in the workspace, in whose libraries there are
    /// unit and documentation tests.
    pub fn libraries(&self) -> impl Iterator<Item = &str> {
        let own = self.chapters.iter().filter(|c| c.in_workspace());
        own.map(|chapter| chapter.name.as_str())
    }

    /// The Python that runs the twins.
    ///
    /// # Errors
    ///
    /// None is new enough.
    pub fn python(&self) -> Result<&Path, String> {
        let python = self.python.get_or_init(python::find);
        python.as_deref().map_err(Clone::clone)
    }

    /// What runs the programs under ThreadSanitizer.
    ///
    /// # Errors
    ///
    /// It is missing.
    pub fn sanitizer(&self) -> Result<&Tools, String> {
        let tools = self.sanitizer.get_or_init(sanitizer::find);
        tools.as_ref().map_err(Clone::clone)
    }

    /// The listings that run under ThreadSanitizer as well: all programs in
    /// Rust that end with a status. Those that fork are among them, and those
    /// that limit their own address space: they do so from the size that they
    /// have, with the sanitizer's tables in it.
    pub fn sanitized_listings(&self) -> impl Iterator<Item = &Listing> {
        let programs = self
            .listings
            .iter()
            .filter(|listing| listing.kind == Kind::Rust && listing.chapter.in_workspace());
        programs.filter(|listing| {
            let promise = listing.promise.as_ref();
            promise.is_ok_and(|p| matches!(p.ending, Ending::Exit(_)))
        })
    }

    /// The listings whose locks' order is watched as well: of those that run
    /// under ThreadSanitizer, all that have to do with std's locks, or repair
    /// an inversion.
    pub fn ordered_listings(&self) -> impl Iterator<Item = &Listing> {
        let promises = self.listings.iter().filter_map(|l| l.promise.as_ref().ok());
        let inversions = promises.filter(|promise| promise.inversion);
        let repairs: BTreeSet<&str> = inversions.filter_map(|p| p.repair.as_deref()).collect();
        self.sanitized_listings().filter(move |listing| {
            lock_order::uses_locks(listing) || repairs.contains(listing.name.as_str())
        })
    }

    /// Runs a listing with locks whose order is watched: one that promises an
    /// inversion is reported, and its repair is not; all others are silent.
    ///
    /// # Errors
    ///
    /// There is no inversion where one is promised, or one where none is.
    pub fn check_order(&self, listing: &Listing) -> Result<(), String> {
        self.count("lock orders");
        let result = self.check_order_of(listing);
        result.map_err(|message| self.relative(message))
    }

    fn check_order_of(&self, listing: &Listing) -> Result<(), String> {
        let demand = listing.demand()?;
        let report = self.run_ordered(listing, &demand)?;
        verdict::judge_order(listing, &demand, &report)?;
        let Some(name) = demand.repair.as_deref().filter(|_| demand.inversion) else {
            return Ok(());
        };
        let repair = self.repair(listing, name)?;
        let demand = repair.demand()?;
        self.run_ordered(repair, &demand)
            .and_then(|report| verdict::judge_order(repair, &demand, &report))
            .map_err(|message| not_repaired(listing, name, &message))
    }

    fn run_ordered(&self, listing: &Listing, demand: &Promise) -> Result<Report, String> {
        let program = self.ordered()?.program(&listing.name)?;
        let job = self.job(Some(listing), program, demand.args.clone(), demand.limit)?;
        self.sandboxed(&format!("{}::lock-order", listing.test_name()), &job)
            .map_err(|e| format!("{}: {e}", listing.source.display()))
    }

    fn ordered(&self) -> Result<&Built, String> {
        let build = || {
            let variables = lock_order::variables(&self.target()?, &self.folder("build")?)?;
            let listings: Vec<&Listing> = self.ordered_listings().collect();
            Built::watched(&self.root, &listings, &variables)
        };
        let built = self.ordered.get_or_init(build);
        built.as_ref().map_err(Clone::clone)
    }

    /// Runs a listing under ThreadSanitizer: one that promises a race until it
    /// is reported, and its repair; all others are to be silent.
    ///
    /// # Errors
    ///
    /// There is no race where one is promised, or one where none is.
    pub fn check_sanitized(&self, listing: &Listing) -> Result<(), String> {
        self.count("under ThreadSanitizer");
        let result = match listing.demand() {
            Ok(demand) if demand.races => self.check_race(listing, &demand),
            Ok(demand) => self.check_silence(listing, &demand),
            Err(message) => Err(message),
        };
        result.map_err(|message| self.relative(message))
    }

    fn check_race(&self, listing: &Listing, demand: &Promise) -> Result<(), String> {
        let mut runs = 0;
        loop {
            let report = self.run_sanitized(listing, demand)?;
            if verdict::judge_race(listing, &report)? {
                break;
            }
            runs += 1;
            if runs == sanitizer::RUNS_TO_RACE {
                return Err(verdict::no_race(listing, &report));
            }
        }
        let name = demand.repair.as_deref().unwrap_or_default();
        let repair = self.repair(listing, name)?;
        self.check_silence(repair, &repair.demand()?)
            .map_err(|message| not_repaired(listing, name, &message))
    }

    fn check_silence(&self, listing: &Listing, demand: &Promise) -> Result<(), String> {
        for _ in 0..sanitizer::SILENT_RUNS {
            let report = self.run_sanitized(listing, demand)?;
            verdict::judge_silence(listing, demand, &report)?;
        }
        Ok(())
    }

    fn run_sanitized(&self, listing: &Listing, demand: &Promise) -> Result<Report, String> {
        let program = self.sanitized()?.program(&listing.name)?;
        // A program under it takes several times as long.
        let mut job = self.job(
            Some(listing),
            program,
            demand.args.clone(),
            demand.limit * 4,
        )?;
        job.variables = self.sanitizer()?.options();
        self.sandboxed(&format!("{}::sanitizer", listing.test_name()), &job)
            .map_err(|e| format!("{}: {e}", listing.source.display()))
    }

    fn sanitized(&self) -> Result<&Built, String> {
        let build = || {
            let variables = self
                .sanitizer()?
                .variables(&self.target()?.join("sanitizer"))?;
            let listings: Vec<&Listing> = self.sanitized_listings().collect();
            Built::watched(&self.root, &listings, &variables)
        };
        let built = self.sanitized.get_or_init(build);
        built.as_ref().map_err(Clone::clone)
    }

    /// Runs the check that a listing's own directives ask for.
    ///
    /// # Errors
    ///
    /// What was demanded, what was seen, and what to do.
    pub fn check(&self, listing: &Listing) -> Result<(), String> {
        self.check_listing(listing)
            .map_err(|message| self.relative(message))
    }

    /// The message with paths as seen from the project's folder.
    fn relative(&self, message: String) -> String {
        message.replace(&format!("{}/", self.root.display()), "")
    }

    fn check_listing(&self, listing: &Listing) -> Result<(), String> {
        let demand = listing.demand()?;
        if listing.kind == Kind::Rejected {
            self.count("refusals");
            return self.check_rejected(listing, &demand);
        }
        self.count(match listing.kind {
            Kind::Python => "twins",
            _ => "programs",
        });
        if demand.ending == Ending::Deadlock {
            self.count("deadlocks");
        }
        let report = self.run(listing, &demand)?;
        verdict::judge(listing, &demand, &report)?;
        verdict::judge_difference(listing, &demand)?;
        let Some(name) = &demand.repair else {
            return Ok(());
        };
        if listing.twin_of.is_some() {
            return Ok(());
        }
        let repair = self.repair(listing, name)?;
        let report = self.run(repair, &repair.demand()?)?;
        verdict::judge_repair(listing, &demand, repair, &report)
    }

    /// The sound program that a broken one names.
    fn repair(&self, broken: &Listing, name: &str) -> Result<&Listing, String> {
        let found = self.listings.iter().find(|listing| {
            listing.name == name
                && (listing.kind == Kind::Rust || listing.twin_of.is_none())
                && listing.promise.as_ref().is_ok_and(|p| !p.broken())
        });
        found.ok_or_else(|| {
            format!(
                "{}: its repair `{name}` is no sound program of the book: \
                 name one of src/bin",
                broken.source.display()
            )
        })
    }

    fn check_rejected(&self, listing: &Listing, demand: &Promise) -> Result<(), String> {
        let built = match listing.chapter.extension {
            false => self.built()?,
            true => self.extension(&listing.chapter)?,
        };
        rejected::check(listing, built)?;
        let name = demand.repair.as_deref().unwrap_or_default();
        // An extension is repaired in its library.
        let module = listing.chapter.dir.join(format!("src/{name}.rs"));
        let repair = match module.exists() {
            true => module,
            false => self.repair(listing, name)?.source.clone(),
        };
        rejected::check_repair(listing, &repair, built)
    }

    fn run(&self, listing: &Listing, demand: &Promise) -> Result<Report, String> {
        let (program, mut args) = match listing.kind {
            Kind::Python => {
                let python = match demand.needs.is_empty() {
                    true => self.python()?,
                    false => self.environment()?,
                };
                for module in &demand.needs {
                    python::check_module(python, module)
                        .map_err(|e| format!("{}: {e}", listing.source.display()))?;
                }
                (python, vec![listing.source.display().to_string()])
            }
            _ => (self.built()?.program(&listing.name)?, Vec::new()),
        };
        args.extend(demand.args.iter().cloned());
        let limit = match demand.ending {
            Ending::Hangs(limit) => limit,
            _ => demand.limit,
        };
        let job = self.job(Some(listing), program, args, limit)?;
        self.sandboxed(&listing.test_name(), &job)
            .map_err(|e| format!("{}: {e}", listing.source.display()))
    }

    /// Does the Python program beside this Rust program need a module?
    fn twin_needs(&self, listing: &Listing) -> bool {
        self.listings.iter().any(|twin| {
            let rust = twin.twin_of.as_ref().map(|rust| &rust.source);
            let needs = |promise: &Promise| !promise.needs.is_empty();
            rust == Some(&listing.source) && twin.promise.as_ref().is_ok_and(needs)
        })
    }

    /// The PATH of a program.
    fn path(&self, listing: Option<&Listing>) -> Result<OsString, String> {
        // `python3` in a program is the Python that the suite uses; one that
        // may start its twin, as its other side, gets the twin's.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let python = match listing.is_some_and(|listing| self.twin_needs(listing)) {
            true => Some(self.environment()?),
            false => self.python().ok(),
        };
        let python = python.and_then(Path::parent).map(Path::to_owned);
        let path = std::env::join_paths(python.into_iter().chain(std::env::split_paths(&path)));
        path.map_err(|e| e.to_string())
    }

    fn job(
        &self,
        listing: Option<&Listing>,
        program: &Path,
        args: Vec<String>,
        limit: Duration,
    ) -> Result<Job, String> {
        Ok(Job {
            program: program.into(),
            args,
            path: self.path(listing)?,
            variables: Vec::new(),
            limit,
        })
    }

    fn sandboxed(&self, name: &str, job: &Job) -> Result<Report, String> {
        let report = sandbox::run_in(self.way, job)?;
        let mut cpu = self.cpu.lock().expect("no check panics here");
        cpu.push((report.cpu, name.to_owned()));
        Ok(report)
    }

    /// Runs a measurement for one round: it is to end well and to write its
    /// file. What it measures is not looked at. A program called `draw_…`
    /// holds its figure against its data instead.
    ///
    /// # Errors
    ///
    /// How it ended, and what it said.
    pub fn check_measurement(&self, name: &str) -> Result<(), String> {
        self.count("measurements");
        let (args, leaves): (&[&str], &[&str]) = match name.starts_with("draw_") {
            true => (&["--check"], &[]),
            false => (
                &["--rounds", "1", "--out", "written.json"],
                &["file written.json"],
            ),
        };
        let program = self.built()?.program(name)?;
        let words = args.iter().map(|arg| (*arg).to_owned()).collect();
        let job = self.job(None, program, words, Duration::from_secs(60))?;
        let report = self.sandboxed(name, &job)?;
        match report.code == Some(0) && report.leaks.iter().eq(leaves) {
            true => Ok(()),
            false => Err(format!(
                "listings/measurements/src/bin/{name}.rs {args:?}: demanded: \
                 exit status 0, leaving {leaves:?}; seen: {report:?}"
            )),
        }
    }

    fn built(&self) -> Result<&Built, String> {
        let build =
            || Built::workspace(&self.root, &self.target()?, &self.chapters, &self.listings);
        self.built.get_or_init(build).as_ref().map_err(Clone::clone)
    }

    fn extension(&self, chapter: &Chapter) -> Result<&Built, String> {
        let python = self.python()?;
        let mut all = self.extensions.lock().expect("no build panics");
        let built = all.entry(chapter.name.clone()).or_insert_with(|| {
            let target = self.target()?.join("extensions");
            Built::extension(chapter, python, &target).map(|built| &*Box::leak(Box::new(built)))
        });
        built.clone()
    }

    fn environment(&self) -> Result<&Path, String> {
        let make = || {
            let target = self.target()?;
            let python = self.python()?;
            python::environment(&self.root, &target, python, &self.chapters)
        };
        let python = self.environment.get_or_init(make);
        python.as_deref().map_err(Clone::clone)
    }

    /// Cargo's target folder.
    fn target(&self) -> Result<PathBuf, String> {
        self.folder("target")
    }

    /// Cargo's `target` folder, or its `build` folder, in the same place
    /// unless it is configured to be elsewhere.
    fn folder(&self, which: &str) -> Result<PathBuf, String> {
        let output = cargo(&self.root)
            .args(["metadata", "--no-deps", "--format-version=1"])
            .output()
            .map_err(|e| format!("cargo does not start: {e}"))?;
        let metadata: serde_json::Value =
            serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())?;
        let folder = metadata[format!("{which}_directory")].as_str();
        folder
            .map(PathBuf::from)
            .ok_or_else(|| format!("no {which} folder"))
    }

    /// Runs `cargo test` for a part of a chapter's library: `--lib`, `--doc`.
    ///
    /// # Errors
    ///
    /// What failed, in cargo's words.
    pub fn test_library(&self, package: &str, part: &str) -> Result<(), String> {
        self.count("library tests");
        let output = cargo(&self.root)
            .args(["test", "--quiet", "-p", package, part])
            .output()
            .map_err(|e| format!("cargo does not start: {e}"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(format!(
                "listings/{package}/src: cargo test -p {package} {part} \
                 failed:\n{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    }

    /// Looks at the names and places of all files.
    ///
    /// # Errors
    ///
    /// Every rule that a file breaks, a line each.
    pub fn check_layout(&self) -> Result<(), String> {
        layout::check(&self.root, &self.chapters, &self.listings)
            .map_err(|message| self.relative(message))
    }

    /// Counts a check of this kind for [`Project::summary`].
    pub fn count(&self, what: &'static str) {
        *self
            .counts
            .lock()
            .expect("counting")
            .entry(what)
            .or_default() += 1;
    }

    /// One line: what was checked, how, and what the programs cost.
    pub fn summary(&self) -> String {
        let counts = self.counts.lock().expect("counting");
        let counts: Vec<String> = counts
            .iter()
            .map(|(what, n)| format!("{what} {n}"))
            .collect();
        let mut cpu = self.cpu.lock().expect("counting").clone();
        cpu.sort();
        let total: Duration = cpu.iter().map(|(time, _)| *time).sum();
        let mean = total.as_secs_f64() / cpu.len().max(1) as f64;
        let most = cpu.last().map_or(String::new(), |(time, name)| {
            format!(", most {:.2} s ({name})", time.as_secs_f64())
        });
        let counts = match counts.is_empty() {
            true => "no programs".to_owned(),
            false => counts.join(", "),
        };
        format!(
            "{counts}; {mean:.2} CPU s a run{most}; sandbox: {}",
            match self.way {
                Way::Namespaces => "namespaces",
                Way::Subreaper => "process group and subreaper",
            }
        )
    }
}

fn not_repaired(listing: &Listing, name: &str, message: &str) -> String {
    let file = listing.source.display();
    format!("{file}: its repair `{name}` does not repair it.\n{message}")
}
