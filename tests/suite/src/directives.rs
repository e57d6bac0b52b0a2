//! What a listing promises: the `//@` lines (`#@` in Python) at its top.

use std::path::Path;
use std::time::Duration;

/// The kind of file that a promise stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A program that builds and runs.
    Rust,
    /// A program that the compiler must refuse.
    Rejected,
    /// A Python program: a twin, or one that uses an extension of ours.
    Python,
}

/// How a program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this exit status.
    Exit(i32),
    /// By this signal, named as in signal(7).
    Signal(String),
    /// Never: every task of it sleeps for good.
    Deadlock,
    /// Never: it is busy, or wakes again and again, at this limit.
    Hangs(Duration),
}

/// All that one file promises.
#[derive(Clone, Debug)]
pub struct Promise {
    /// How it ends.
    pub ending: Ending,
    /// The lines of its output come in any order.
    pub unordered: bool,
    /// The last number that it prints is below this one.
    pub loses: Option<u64>,
    /// ThreadSanitizer reports a data race in it. Otherwise, that is without
    /// the sanitizer, it ends with exit status 0, and what it prints is
    /// compared if there is a file for it: what a race does to the output may
    /// differ between two runs, and a page need not show it.
    pub races: bool,
    /// It takes locks in orders that can deadlock, although it does not: it
    /// ends with exit status 0, and prints what it says.
    pub inversion: bool,
    /// What it leaves behind: `process`, `zombie`, `/dev/shm/NAME`, …
    pub leaks: Vec<String>,
    /// The error codes, or lint names, that the compiler answers with.
    pub errors: Vec<String>,
    /// The listing that passes the check that this one fails.
    pub repair: Option<String>,
    /// Why there is no Python program.
    pub no_twin: Option<String>,
    /// Why the twin ends or prints otherwise.
    pub differs: Option<String>,
    /// The Python modules that it imports from outside.
    pub needs: Vec<String>,
    /// Its command-line arguments.
    pub args: Vec<String>,
    /// Built with optimization.
    pub release: bool,
    /// The wall time that it may take.
    pub limit: Duration,
}

impl Promise {
    fn new() -> Self {
        Promise {
            ending: Ending::Exit(0),
            unordered: false,
            loses: None,
            races: false,
            inversion: false,
            leaks: Vec::new(),
            errors: Vec::new(),
            repair: None,
            no_twin: None,
            differs: None,
            needs: Vec::new(),
            args: Vec::new(),
            release: false,
            limit: Duration::from_secs(30),
        }
    }

    /// Is this the promise of a program that the book calls broken?
    pub fn broken(&self) -> bool {
        !matches!(self.ending, Ending::Exit(0))
            || self.loses.is_some()
            || self.races
            || self.inversion
            || !self.leaks.is_empty()
            || !self.errors.is_empty()
    }
}

/// Reads the promise at the top of `text`.
///
/// # Errors
///
/// A directive that is misspelt, misplaced, doubled or at odds with another:
/// the message names file and line and says what to write instead.
pub fn parse(path: &Path, text: &str, kind: Kind) -> Result<Promise, String> {
    let mark = if kind == Kind::Python { "#@" } else { "//@" };
    let mut promise = Promise::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut on_top = true;
    for (number, line) in text.lines().enumerate() {
        let complain = |what: String| Err(format!("{}:{}: {what}", path.display(), number + 1));
        let Some(directive) = line.trim_start().strip_prefix(mark) else {
            on_top &= line.starts_with("//!") || line.contains("ANCHOR: all");
            continue;
        };
        if !on_top || line.starts_with(' ') || (number == 0 && mark == "//@") {
            return complain(format!(
                "`{line}` is not where directives stand: directly after the \
                 `//!` line (in Python, on the first lines); move it there"
            ));
        }
        let directive = directive.trim();
        let (word, value) = match directive.split_once(':') {
            Some((word, value)) => (word, value.trim()),
            None => (directive, ""),
        };
        if let Err(what) = promise.set(word, value, kind) {
            return complain(format!("`{line}`: {what}"));
        }
        if seen.contains(&word) && !matches!(word, "leaks" | "error" | "needs") {
            return complain(format!("`{word}` stands here twice"));
        }
        seen.push(word);
    }
    let at = |what: &str| Err(format!("{}: {what}", path.display()));
    let endings = [
        "exit",
        "signal",
        "deadlock",
        "hangs",
        "loses",
        "races",
        "inversion",
    ];
    let ends: Vec<_> = seen.iter().filter(|w| endings.contains(w)).collect();
    if ends.len() > 1 {
        return at(&format!("{ends:?} contradict each other: keep one"));
    }
    match kind {
        Kind::Rejected if promise.errors.is_empty() => {
            return at("a listing in rejected/ names what the compiler \
                       answers: add `//@ error: E0000`");
        }
        Kind::Rust if !text.starts_with("//!") && !text.starts_with("// ANCHOR: all\n//!") => {
            return at("its first line is to be a `//!` line that says \
                       what it shows");
        }
        _ => {}
    }
    // An exit status can be the lesson of a sound program.
    let must_name_one =
        promise.broken() && !matches!(promise.ending, Ending::Exit(1..) | Ending::Signal(_));
    if kind != Kind::Python && must_name_one && promise.repair.is_none() {
        return at("a broken listing names its repair: add `//@ repair: NAME`");
    }
    if !promise.broken() && promise.repair.is_some() {
        return at("it promises nothing broken, so `repair` has no meaning");
    }
    Ok(promise)
}

impl Promise {
    fn set(&mut self, word: &str, value: &str, kind: Kind) -> Result<(), String> {
        let some = |what: &str| match value {
            "" => Err(format!("needs {what} after the colon")),
            value => Ok(value.to_owned()),
        };
        let known: &[&str] = match kind {
            Kind::Rust => &[
                "stdout",
                "exit",
                "signal",
                "deadlock",
                "hangs",
                "loses",
                "races",
                "inversion",
                "leaks",
                "repair",
                "twin",
                "args",
                "profile",
                "timeout",
            ],
            Kind::Rejected => &["error", "repair"],
            Kind::Python => &[
                "stdout", "exit", "signal", "deadlock", "hangs", "loses", "leaks", "repair",
                "differs", "needs", "args", "timeout",
            ],
        };
        if !known.contains(&word) {
            return Err(format!(
                "unknown word `{word}`; here one may say {}",
                known.join(", ")
            ));
        }
        match (word, value) {
            ("stdout", "unordered") => self.unordered = true,
            ("stdout", _) => return Err("say `stdout: unordered`".into()),
            ("exit", _) => match value.parse() {
                Ok(status @ 1..=255) => self.ending = Ending::Exit(status),
                _ => return Err("say `exit: N`, N from 1 to 255".into()),
            },
            ("signal", name) if name.starts_with("SIG") => {
                self.ending = Ending::Signal(name.to_owned());
            }
            ("signal", _) => return Err("say it as `signal: SIGBUS`".into()),
            ("deadlock", "") => self.ending = Ending::Deadlock,
            ("deadlock", _) => return Err("`deadlock` takes no value".into()),
            ("hangs", _) => self.ending = Ending::Hangs(duration(value)?),
            ("timeout", _) => self.limit = duration(value)?,
            ("loses", _) => {
                let (number, what) = value.split_once(' ').unwrap_or((value, "(updates)"));
                let what = what.strip_prefix('(').and_then(|w| w.strip_suffix(')'));
                match number.parse() {
                    Ok(n) if n > 0 && what.is_some_and(|w| !w.is_empty()) => {
                        self.loses = Some(n);
                    }
                    _ => return Err("say `loses: N` or `loses: N (WHAT)`, N above 0".into()),
                }
            }
            ("races", "") => self.races = true,
            ("races", _) => return Err("`races` takes no value".into()),
            ("inversion", "") => self.inversion = true,
            ("inversion", _) => return Err("`inversion` takes no value".into()),
            ("leaks", _) => self.leaks.push(leak(value)?),
            ("error", _) => self.errors.push(some("a code or a lint's name")?),
            ("repair", _) => self.repair = Some(some("a listing's name")?),
            ("twin", _) => {
                self.no_twin = value
                    .strip_prefix("none (")
                    .and_then(|reason| reason.strip_suffix(')'))
                    .filter(|reason| !reason.is_empty())
                    .map(str::to_owned);
                if self.no_twin.is_none() {
                    return Err("say `twin: none (REASON)`".into());
                }
            }
            ("differs", _) => self.differs = Some(some("the reason")?),
            ("needs", _) => self.needs.push(some("a module's name")?),
            ("args", _) => {
                let args = some("the arguments")?;
                self.args = args.split_whitespace().map(str::to_owned).collect();
            }
            ("profile", "release") => self.release = true,
            ("profile", _) => return Err("say `profile: release`".into()),
            _ => unreachable!("`known` and this match name the same words"),
        }
        Ok(())
    }
}

fn duration(value: &str) -> Result<Duration, String> {
    let parsed = match value.strip_suffix("ms") {
        Some(ms) => ms.parse().map(Duration::from_millis),
        None => value
            .strip_suffix('s')
            .unwrap_or("")
            .parse()
            .map(Duration::from_secs),
    };
    match parsed {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("say a time as `20s` or `500ms`".into()),
    }
}

fn leak(value: &str) -> Result<String, String> {
    let known = ["process", "zombie", "mqueue", "socket"];
    let named = value
        .strip_prefix("/dev/shm/")
        .is_some_and(|n| !n.is_empty());
    if known.contains(&value) || named {
        Ok(value.to_owned())
    } else {
        Err(format!("a leak is one of {known:?} or `/dev/shm/NAME`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(kind: Kind, text: &str) -> Result<Promise, String> {
        parse(Path::new("x.rs"), text, kind)
    }

    #[test]
    fn every_word_is_read() {
        let text = "//! Shows.\n//@ stdout: unordered\n//@ hangs: 500ms\n\
                    //@ leaks: zombie\n//@ leaks: /dev/shm/x\n\
                    //@ repair: other_one\n//@ twin: none (no fork)\n\
                    //@ args: a b\n//@ profile: release\n//@ timeout: 20s\n";
        let promise = parsed(Kind::Rust, text).unwrap();
        assert_eq!(promise.ending, Ending::Hangs(Duration::from_millis(500)));
        assert_eq!(promise.leaks, ["zombie", "/dev/shm/x"]);
        assert_eq!(promise.repair.as_deref(), Some("other_one"));
        assert_eq!(promise.no_twin.as_deref(), Some("no fork"));
        assert_eq!(promise.args, ["a", "b"]);
        assert_eq!(promise.limit, Duration::from_secs(20));
        assert!(promise.unordered && promise.release && promise.broken());

        let text = "//! Shows.\n//@ races\n//@ repair: other_one\n";
        let promise = parsed(Kind::Rust, text).unwrap();
        assert!(promise.races && promise.broken());
        assert_eq!(promise.ending, Ending::Exit(0));

        let text = "//! Shows.\n//@ inversion\n//@ repair: other_one\n";
        let promise = parsed(Kind::Rust, text).unwrap();
        assert!(promise.inversion && promise.broken());
        assert_eq!(promise.ending, Ending::Exit(0));

        let text = "//! Refused.\n//@ error: E0373\n//@ repair: other_one\n";
        assert_eq!(parsed(Kind::Rejected, text).unwrap().errors, ["E0373"]);

        let text = "#@ differs: why\n#@ needs: numpy\n#@ loses: 4\n\"\"\"D.\"\"\"\n";
        let promise = parsed(Kind::Python, text).unwrap();
        assert_eq!(promise.needs, ["numpy"]);
        assert_eq!(promise.loses, Some(4));
    }

    #[test]
    fn every_mistake_is_told() {
        let rust = [
            ("//@ deadlok\n//@ repair: x\n", "unknown word `deadlok`"),
            (
                "fn main() {}\n//@ deadlock\n",
                "x.rs:3: `//@ deadlock` is not",
            ),
            ("//@ deadlock\n", "names its repair"),
            ("//@ repair: other_one\n", "`repair` has no meaning"),
            ("//@ exit: 1\n//@ deadlock\n", "contradict"),
            ("//@ exit: 1\n//@ exit: 1\n", "stands here twice"),
            ("//@ exit: 0\n", "N from 1 to 255"),
            ("//@ hangs: 3\n", "say a time as"),
            ("//@ loses: all\n", "say `loses: N`"),
            ("//@ loses: 4 lines\n", "`loses: N (WHAT)`"),
            ("//@ leaks: memory\n", "a leak is one of"),
            ("//@ twin: none\n", "none (REASON)"),
            ("//@ error: E0373\n", "unknown word `error`"),
            ("//@ stdout: any\n", "stdout: unordered"),
            ("//@ signal: 9\n", "signal: SIGBUS"),
            ("//@ profile: dev\n", "profile: release"),
            ("//@ deadlock: yes\n", "takes no value"),
            ("//@ races: twice\n", "`races` takes no value"),
            ("//@ races\n", "names its repair"),
            ("//@ races\n//@ loses: 4\n", "contradict"),
            ("//@ exit: 1\n//@ races\n", "contradict"),
            ("//@ inversion: twice\n", "`inversion` takes no value"),
            ("//@ inversion\n", "names its repair"),
            ("//@ inversion\n//@ deadlock\n", "contradict"),
            ("//@ races\n//@ inversion\n", "contradict"),
        ];
        for (lines, message) in rust {
            let text = format!("//! Shows.\n{lines}");
            let got = parsed(Kind::Rust, &text).unwrap_err();
            assert!(got.contains(message), "{lines:?} gave {got}");
        }
        let got = parsed(Kind::Rust, "fn main() {}\n").unwrap_err();
        assert!(got.contains("a `//!` line"), "{got}");
        for word in ["races", "inversion"] {
            let rejected = format!("//! R.\n//@ error: E0373\n//@ {word}\n");
            let python = format!("#@ {word}\n");
            for (kind, text) in [(Kind::Rejected, rejected), (Kind::Python, python)] {
                let got = parsed(kind, &text).unwrap_err();
                assert!(got.contains(&format!("unknown word `{word}`")), "{got}");
            }
        }
        let got = parsed(Kind::Rejected, "//! R.\n").unwrap_err();
        assert!(got.contains("error: E0000"), "{got}");
    }
}
