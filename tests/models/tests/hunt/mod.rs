//! The report of recipe "Hunt a race that hides": what each means finds of the same
//! bugs. The page includes the file; a run of this test holds it against what
//! is found now, or writes it.

use super::{Models, SEED, executions, shown};
use models::{Checker, cases, cases_dir};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use suite::build::built_programs;
use suite::output::{normalized, overwrites};
use suite::sandbox::{Report, Way};
use suite::sanitizer;
use suite::trials::Project;

/// Under the book's folder.
const REPORT: &str = "listings/ch05-synchronization/hunt_a_race.txt";
/// How often a program is run in the hope that it goes wrong.
const RUNS: u32 = 500;

/// A bug, and what is without it.
struct Bug {
    what: &'static str,
    chapter: &'static str,
    program: &'static str,
    /// What the program prints if nothing goes wrong.
    right: &'static str,
    repair: &'static str,
    /// The models of the two.
    model: &'static str,
    repaired: &'static str,
}

const BUGS: [Bug; 3] = [
    Bug {
        what: "looks under one lock, takes under the next",
        chapter: "ch05-synchronization",
        program: "sell_last_seat",
        right: "tickets for one seat: ~1\n",
        repair: "sell_seat_once",
        model: "last_seat::two_locks",
        repaired: "last_seat",
    },
    Bug {
        what: "a relaxed flag, and data in an UnsafeCell",
        chapter: "ch02-multithreading",
        program: "publish_relaxed_totals",
        right: "2000 bytes a request\n",
        repair: "publish_daily_totals",
        model: "publish_totals::relaxed",
        repaired: "publish_totals",
    },
    Bug {
        what: "a relaxed flag, and data in an atomic",
        chapter: "ch05-synchronization",
        program: "flag_price_relaxed",
        right: "opened at ~1250\n",
        repair: "flag_opening_price",
        model: "opening_price::relaxed",
        repaired: "opening_price",
    },
];

/// What the report needs beside the checkers of models.
///
/// # Errors
///
/// It is not here.
pub fn possible() -> Result<(), String> {
    sanitizer::find().map(drop)
}

/// Hunts all bugs, and compares the report with the file, or writes it.
///
/// # Errors
///
/// A check could not be made, or something else was found.
pub fn check(models: &Models) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().map_err(|e| e.to_string())?;
    let mut report = String::new();
    let programs = build(&root)?;
    let project = project(&root, models.way);
    for bug in &BUGS {
        let program = &programs[bug.program];
        let wrong = |runs| -> Result<u32, String> {
            let runs = 0..runs;
            runs.map(|_| models.goes_wrong(program, bug.right)).sum()
        };
        let (once, often) = (wrong(1)?, wrong(RUNS)?);
        let mut line = |means: &str, found: &str| {
            writeln!(report, "    {means:<24}{found}").expect("memory");
        };
        line(&format!("{}:", bug.program), bug.what);
        line("1 run", &format!("~{once} went wrong"));
        line(&format!("{RUNS} runs"), &format!("~{often} went wrong"));
        for checker in [Checker::Shuttle, Checker::Loom] {
            line(checker.name(), &models.hunt(checker, bug.model)?);
        }
        line("ThreadSanitizer", sanitized(&project, bug.program)?);
        line(&format!("{}:", bug.repair), "the repair");
        for checker in [Checker::Shuttle, Checker::Loom] {
            line(checker.name(), &models.hunt(checker, bug.repaired)?);
        }
        line("ThreadSanitizer", sanitized(&project, bug.repair)?);
        report.push('\n');
    }
    // A program stands out.
    let names = |line: &str| line.contains(':');
    let lines = report.trim_end().lines().map(|line| match names(line) {
        true => format!("{}\n", line.trim_start()),
        false => format!("{line}\n"),
    });
    compare(&root.join(REPORT), &lines.collect::<String>())
}

impl Models {
    /// 1 if it does not end well, or prints something else.
    fn goes_wrong(&self, program: &Path, right: &str) -> Result<u32, String> {
        let report = self.run_at(program, &[])?;
        if report.hung {
            return Err(format!("{} does not end", program.display()));
        }
        let well = report.code == Some(0) && report.stdout == right;
        Ok(u32::from(!well))
    }

    /// In which execution the checker finds the mistake of this model, or that
    /// it finds none.
    fn hunt(&self, checker: Checker, model: &str) -> Result<String, String> {
        let name = model.split("::").next().unwrap_or_default();
        let all = cases(&cases_dir())?;
        let case = all.iter().find(|case| case.name == name);
        let case = case.ok_or_else(|| format!("the case `{name}` is gone"))?;
        let mut words = vec![model.to_owned(), case.efforts[&checker].to_string()];
        if checker == Checker::Shuttle {
            words.push((SEED + 1).to_string());
        }
        let report = self.run(&checker.program(), &words)?;
        match (executions(&report), failed(&report)) {
            (Some(all), _) => Ok(format!("finds nothing in {all} executions")),
            (None, Some(number)) => Ok(format!("finds it in execution {number}")),
            _ => Err(format!(
                "`{model}` under {}: {}",
                checker.name(),
                shown(&report)
            )),
        }
    }
}

/// Which execution failed: the checkers say so beside the panic's message.
fn failed(report: &Report) -> Option<u64> {
    let mut lines = report.stderr.lines().rev();
    lines.find_map(|line| line.strip_prefix("in execution ")?.parse().ok())
}

/// The programs to be hunted.
fn build(root: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut words = Vec::new();
    for bug in &BUGS {
        words.extend(["-p", bug.chapter, "--bin", bug.program].map(str::to_owned));
    }
    built_programs(root, &words)
}

/// The listings in question alone, so that only they are built.
fn project(root: &Path, way: Way) -> Project {
    let mut project = Project::open(root, way);
    let wanted = |name: &str| BUGS.iter().any(|b| b.program == name || b.repair == name);
    project.listings.retain(|listing| wanted(&listing.name));
    project
}

/// What ThreadSanitizer says to a program, as its directive promises.
fn sanitized(project: &Project, name: &str) -> Result<&'static str, String> {
    let mut programs = project.sanitized_listings();
    let listing = programs.find(|listing| listing.name == name);
    let listing = listing.ok_or_else(|| format!("no listing `{name}`"))?;
    project.check_sanitized(listing)?;
    Ok(match listing.demand()?.races {
        true => "reports a data race",
        false => "is silent",
    })
}

fn compare(file: &Path, got: &str) -> Result<(), String> {
    let want = std::fs::read_to_string(file).unwrap_or_default();
    if normalized(&want) == normalized(got) {
        return Ok(());
    }
    if overwrites() {
        return std::fs::write(file, got).map_err(|e| format!("{}: {e}", file.display()));
    }
    Err(format!(
        "{REPORT} tells something else. Found now:\n{got}If that is right, run \
         SNAPSHOTS=overwrite cargo test -p models report, and look at the diff"
    ))
}
