//! Runs every model of `cases/` under its checkers, one named test each:
//! `cargo test -p models NAME`.

mod hunt;

use libtest_mimic::{Arguments, Failed, Trial};
use models::{Case, Checker, Variant, Verdict, cases, cases_dir};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use suite::build::built_programs;
use suite::repeat::{self, repeated};
use suite::sandbox::{self, Job, Report, Way};

/// One exploration takes less than a second or two.
const LIMIT: Duration = Duration::from_secs(60);
/// Shuttle's schedules follow from this and the number of the run.
const SEED: u32 = 2025;
/// Each of shuttle's later runs follows so many times fewer schedules.
const LESS: u32 = 10;
/// How much of a report is shown.
const LINES: usize = 30;

fn main() {
    if sandbox::stage() {
        return;
    }
    let arguments = Arguments::from_args();
    let times = repeat::times().unwrap_or_else(|message| {
        eprintln!("{message}");
        std::process::exit(2);
    });
    let start = Instant::now();
    let all = cases(&cases_dir()).unwrap_or_else(|message| {
        eprintln!("{message}");
        std::process::exit(1);
    });
    let models: &'static Models = Box::leak(Box::new(Models {
        way: sandbox::way(),
        programs: OnceLock::new(),
        explored: Mutex::default(),
    }));
    let mut trials = vec![Trial::test("format", || Ok(check_format()?))];
    for case in &*Box::leak(all.into_boxed_slice()) {
        for variant in &case.variants {
            for (checker, verdict) in &variant.verdicts {
                let name = format!("{}::{}", checker.name(), case.test_name(variant));
                trials.push(Trial::test(name, move || {
                    let check = |run| models.check(*checker, case, variant, verdict, run);
                    repeated(times, check).map_err(Failed::from)
                }));
            }
        }
    }
    // A harness that accepts everything would accept this as well.
    trials.extend([
        Trial::test("itself::a broken model is not sound", || {
            Ok(models.refuses("relaxed_store", &Verdict::Sound, "Causality violation")?)
        }),
        Trial::test("itself::a sound model is not caught", || {
            let caught = Verdict::Caught("Causality violation".to_owned());
            Ok(models.refuses("", &caught, "no execution fails")?)
        }),
        Trial::test("itself::another report is not the one", || {
            let caught = Verdict::Caught("deadlock".to_owned());
            Ok(models.refuses("relaxed_store", &caught, "another reason")?)
        }),
    ]);
    // What ThreadSanitizer needs may be missing, but never under CI.
    let missing = match hunt::possible() {
        Err(message) if std::env::var_os("CI").is_none() => {
            eprintln!("The report of the hunt is not compared: {message}.");
            true
        }
        _ => false,
    };
    let report = Trial::test("report::hunt_a_race", || Ok(hunt::check(models)?));
    trials.push(report.with_ignored_flag(missing));
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        print!("{}", models.summary());
        println!("{:.1} s", start.elapsed().as_secs_f64());
    }
    conclusion.exit();
}

/// What is explored, and by what.
struct Models {
    way: Way,
    programs: OnceLock<Result<BTreeMap<String, PathBuf>, String>>,
    /// What was found, by checker and model.
    explored: Mutex<BTreeMap<(Checker, String), Found>>,
}

enum Found {
    Sound(u64),
    Blind(u64),
    Caught(String),
}

impl Found {
    /// With the executions of the runs before.
    fn after(self, before: Option<Found>) -> Found {
        match (self, before) {
            (Found::Sound(n), Some(Found::Sound(m))) => Found::Sound(n + m),
            (Found::Blind(n), Some(Found::Blind(m))) => Found::Blind(n + m),
            (found, _) => found,
        }
    }
}

impl Models {
    /// Explores a model and holds what is found against `verdict`; each `run`
    /// of shuttle, counted from 1, follows other schedules.
    fn check(
        &self,
        checker: Checker,
        case: &Case,
        variant: &Variant,
        verdict: &Verdict,
        run: u32,
    ) -> Result<(), String> {
        let model = case.test_name(variant);
        let found = self.judge(checker, case, variant, verdict, run)?;
        let mut explored = self.explored.lock().expect("no check panics here");
        let before = explored.remove(&(checker, model.clone()));
        explored.insert((checker, model), found.after(before));
        Ok(())
    }

    fn judge(
        &self,
        checker: Checker,
        case: &Case,
        variant: &Variant,
        verdict: &Verdict,
        run: u32,
    ) -> Result<Found, String> {
        let model = case.test_name(variant);
        let program = checker.program();
        let mut effort = case.efforts[&checker];
        let mut words = vec![model.clone()];
        match checker {
            Checker::Loom => words.push(effort.to_string()),
            Checker::Shuttle => {
                // It stops at what it catches, and then takes no longer.
                if run > 1 && !matches!(verdict, Verdict::Caught(_)) {
                    effort /= LESS;
                }
                words.extend([effort.to_string(), (SEED + run).to_string()]);
            }
        }
        let report = self.run(&program, &words)?;
        let wrong = |what: &str| {
            Err(format!(
                "tests/models/cases/{}.rs, `{model}` under {}: {what}\n{}\
                 To see it: cargo run -p {program} -- {}",
                case.name,
                checker.name(),
                shown(&report),
                words.join(" ")
            ))
        };
        if report.hung {
            return wrong(&format!("not done after {} s", LIMIT.as_secs()));
        }
        match verdict {
            Verdict::Sound | Verdict::Blind => match executions(&report) {
                // One execution is a plain test.
                Some(1) => wrong("there is but one execution: the model has no threads"),
                Some(n) if *verdict == Verdict::Sound => Ok(Found::Sound(n)),
                Some(n) => Ok(Found::Blind(n)),
                None => wrong("an execution fails"),
            },
            Verdict::Caught(text) => match executions(&report) {
                Some(n) => wrong(&format!(
                    "no execution fails out of {n}; demanded: `{text}`"
                )),
                None if report.stderr.contains(text) => Ok(Found::Caught(text.clone())),
                None => wrong(&format!("fails for another reason; demanded: `{text}`")),
            },
        }
    }

    /// The variant of the case `published` does not pass for `verdict`, with
    /// `text` in the message.
    fn refuses(&self, variant: &str, verdict: &Verdict, text: &str) -> Result<(), String> {
        let all = cases(&cases_dir())?;
        let case = all.iter().find(|case| case.name == "published");
        let case = case.ok_or("the case `published` is gone")?;
        let mut variants = case.variants.iter();
        let variant = variants.find(|v| v.name.as_deref().unwrap_or_default() == variant);
        let variant = variant.ok_or("the case `published` has other variants")?;
        match self.judge(Checker::Loom, case, variant, verdict, 1) {
            Ok(_) => Err(format!("it passes for {verdict:?}")),
            Err(message) if message.contains(text) => Ok(()),
            Err(message) => Err(format!("the message has no `{text}`: {message}")),
        }
    }

    fn run(&self, program: &str, words: &[String]) -> Result<Report, String> {
        let programs = self.programs.get_or_init(build);
        let programs = programs.as_ref().map_err(Clone::clone)?;
        let path = programs.get(program);
        self.run_at(path.ok_or(format!("cargo built no {program}"))?, words)
    }

    fn run_at(&self, program: &Path, words: &[String]) -> Result<Report, String> {
        let job = Job {
            program: program.to_owned(),
            args: words.to_vec(),
            path: OsString::new(),
            variables: Vec::new(),
            limit: LIMIT,
        };
        sandbox::run_in(self.way, &job)
    }

    /// A line a model with the number of executions explored, and the sums.
    fn summary(&self) -> String {
        let explored = self.explored.lock().expect("no check panics here");
        let mut lines = String::new();
        let mut sums = Vec::new();
        for checker in Checker::ALL {
            let (mut sound, mut executions, mut caught) = (0, 0, 0);
            for ((_, model), found) in explored.iter().filter(|((c, _), _)| *c == checker) {
                let (number, word) = match found {
                    Found::Sound(n) => {
                        sound += 1;
                        executions += n;
                        (n.to_string(), "executions, all sound".to_owned())
                    }
                    Found::Blind(n) => (n.to_string(), "executions, and blind to it".to_owned()),
                    Found::Caught(text) => {
                        caught += 1;
                        (String::new(), format!("caught: {text}"))
                    }
                };
                lines += &format!("{:8} {model:44} {number:>9} {word}\n", checker.name());
            }
            sums.push(format!(
                "{}: sound {sound} in {executions} executions, broken and caught {caught}",
                checker.name()
            ));
        }
        format!("{lines}{}; ", sums.join("; "))
    }
}

/// The number that the last line tells, if no execution failed.
fn executions(report: &Report) -> Option<u64> {
    let last = report.stdout.lines().last()?;
    let number = last.strip_suffix(" executions")?.parse().ok()?;
    (report.code == Some(0)).then_some(number)
}

/// How it ended, and the beginning of what it said.
fn shown(report: &Report) -> String {
    let mut lines: Vec<&str> = report.stdout.lines().chain(report.stderr.lines()).collect();
    // Shuttle's schedule may have hundreds of lines.
    lines.retain(|line| line.len() < 60 || line.contains(|c: char| !c.is_ascii_hexdigit()));
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.push("…");
    }
    let end = match (report.code, report.signal) {
        (Some(code), _) => format!("exit status {code}"),
        (_, Some(signal)) => format!("signal {signal}"),
        _ => "ended by the suite".to_owned(),
    };
    format!("{end}; {}\n", lines.join("\n"))
}

/// Builds the checkers, and tells where they are.
fn build() -> Result<BTreeMap<String, PathBuf>, String> {
    let words = Checker::ALL.map(|checker| ["-p".to_owned(), checker.program()]);
    built_programs(Path::new(env!("CARGO_MANIFEST_DIR")), &words.concat())
}

/// `cargo fmt` does not see a file that a build script includes.
fn check_format() -> Result<(), String> {
    let entries = std::fs::read_dir(cases_dir()).map_err(|e| e.to_string())?;
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(entries.filter_map(|entry| Some(entry.ok()?.path())))
        .output()
        .map_err(|e| format!("rustfmt does not start: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "rustfmt would change:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}
