//! Reads the models in `cases/`, and writes the modules that the checkers
//! compile: see the README beside this package.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What explores the executions of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checker {
    /// All executions within a bound, stale reads among them.
    Loom,
    /// A number of schedules, chosen from a seed.
    Shuttle,
}

impl Checker {
    /// Both of them.
    pub const ALL: [Checker; 2] = [Checker::Loom, Checker::Shuttle];

    /// As in a directive, a test's name and the package's.
    pub fn name(self) -> &'static str {
        match self {
            Checker::Loom => "loom",
            Checker::Shuttle => "shuttle",
        }
    }

    /// The executable that runs one model: `loom-models MODEL BOUND`,
    /// `shuttle-models MODEL SCHEDULES SEED`.
    pub fn program(self) -> String {
        format!("{}-models", self.name())
    }
}

/// What a checker has to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No execution fails.
    Sound,
    /// One fails, and the report has this text.
    Caught(String),
    /// The checker does not see this mistake.
    Blind,
}

/// One way to build a model: the sources as they are, or changed.
#[derive(Clone, Debug)]
pub struct Variant {
    /// None if the sources are as they are.
    pub name: Option<String>,
    /// What each checker has to find; one that is not here does not run.
    pub verdicts: BTreeMap<Checker, Verdict>,
    /// Texts that stand once in the sources, and what stands there instead.
    edits: Vec<(String, String)>,
    /// The first of the sources, if it is another.
    instead: Option<String>,
}

/// A model: a file in `cases/`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file's stem.
    pub name: String,
    file: PathBuf,
    sources: Vec<String>,
    /// Loom's bound on preemptions, Shuttle's number of schedules.
    pub efforts: BTreeMap<Checker, u32>,
    /// The sources as they are come first.
    pub variants: Vec<Variant>,
}

/// The folder with the models of the book.
pub fn cases_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// The book's listings.
fn listings_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../listings")
}

/// Reads all models in the folder `dir`.
///
/// # Errors
///
/// A directive that says nothing, with its file and line.
pub fn cases(dir: &Path) -> Result<Vec<Case>, String> {
    let entries = fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "rs"));
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).map_err(|e| e.to_string())?;
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let shown = format!("tests/models/cases/{name}.rs");
            Case::read(&name, file.clone(), &text).map_err(|e| format!("{shown}{e}"))
        })
        .collect()
}

impl Case {
    fn read(name: &str, file: PathBuf, text: &str) -> Result<Case, String> {
        let mut case = Case {
            name: name.to_owned(),
            file,
            sources: Vec::new(),
            efforts: BTreeMap::new(),
            variants: vec![Variant::new(None)],
        };
        let mut broken = false;
        for (at, line) in text.lines().enumerate() {
            let Some(directive) = line.strip_prefix("//@ ") else {
                continue;
            };
            let wrong = |what: &str| format!(":{}: {what}: `{line}`", at + 1);
            let Some((key, value)) = directive.split_once(": ") else {
                return Err(wrong("no `KEY: VALUE`"));
            };
            let value = value.trim();
            let header = case.variants.len() == 1;
            let checker = |word: &str| Checker::ALL.into_iter().find(|c| c.name() == word);
            if let (Some(checker), true) = (checker(key), header) {
                let effort = value.parse().map_err(|_| wrong("no number"))?;
                case.efforts.insert(checker, effort);
                continue;
            }
            let efforts = case.efforts.clone();
            let variant = case.variants.last_mut().expect("it begins with one");
            match (key, key.strip_suffix(" says").and_then(checker)) {
                ("source", _) if header => case.sources.push(value.to_owned()),
                ("sound" | "broken", _) => {
                    broken = key == "broken";
                    case.variants.push(Variant::new(Some(value.to_owned())));
                    if !broken {
                        let all = efforts.into_keys().map(|c| (c, Verdict::Sound));
                        case.variants.last_mut().expect("pushed").verdicts = all.collect();
                    }
                }
                ("replace", _) => {
                    let text = value.replace("\\n", "\n");
                    variant.edits.push((text, String::new()));
                }
                ("remove", _) => {
                    let text = value.replace("\\n", "\n");
                    variant.edits.push((text, "\n".to_owned()));
                }
                ("with", _) if variant.edits.last().is_some_and(|e| e.1.is_empty()) => {
                    let text = value.replace("\\n", "\n");
                    variant.edits.last_mut().expect("looked at").1 = text;
                }
                ("instead", _) if !header => variant.instead = Some(value.to_owned()),
                ("blind", _) if broken => {
                    let checker = checker(value).ok_or_else(|| wrong("no checker"))?;
                    variant.verdicts.insert(checker, Verdict::Blind);
                }
                (_, Some(checker)) if header || broken => {
                    let verdict = Verdict::Caught(value.to_owned());
                    variant.verdicts.insert(checker, verdict);
                }
                _ => return Err(wrong("an unknown or a misplaced word")),
            }
        }
        case.complete()
    }

    /// Fills in that the sources as they are are sound, and demands that each
    /// checker has something to prove and something to catch.
    fn complete(mut self) -> Result<Case, String> {
        if self.sources.is_empty() || self.efforts.is_empty() {
            return Err(": no `//@ source:`, or no checker".to_owned());
        }
        if self.variants[0].verdicts.is_empty() {
            let all = self.efforts.keys().map(|c| (*c, Verdict::Sound));
            self.variants[0].verdicts = all.collect();
        }
        for checker in self.efforts.keys() {
            let has = |wanted: fn(&Verdict) -> bool| {
                let mut all = self.variants.iter().filter_map(|v| v.verdicts.get(checker));
                all.any(wanted)
            };
            let sound = has(|v| *v == Verdict::Sound);
            if !sound || !has(|v| matches!(v, Verdict::Caught(_))) {
                return Err(format!(
                    ": {} needs a sound variant and a broken one: a check that \
                     cannot fail proves nothing",
                    checker.name()
                ));
            }
        }
        for variant in &self.variants {
            let name = variant.name.as_deref().unwrap_or("as it is");
            if variant.verdicts.is_empty() {
                return Err(format!(": no checker looks at `{name}`"));
            }
            if let Some(checker) = variant
                .verdicts
                .keys()
                .find(|c| !self.efforts.contains_key(c))
            {
                return Err(format!(": `//@ {}: NUMBER` is missing", checker.name()));
            }
        }
        Ok(self)
    }

    /// The name of a variant's test, without the checker's.
    pub fn test_name(&self, variant: &Variant) -> String {
        match &variant.name {
            None => self.name.clone(),
            Some(name) => format!("{}::{name}", self.name),
        }
    }

    /// The modules of a variant: their names and their texts.
    ///
    /// # Errors
    ///
    /// A source is missing, or a text that is to be replaced does not stand in
    /// the sources exactly once.
    pub fn modules(&self, variant: &Variant) -> Result<Vec<(String, String)>, String> {
        let mut sources = self.sources.clone();
        if let Some(instead) = &variant.instead {
            sources[0].clone_from(instead);
        }
        let mut modules = Vec::new();
        for source in &sources {
            let path = listings_dir().join(source);
            let text = fs::read_to_string(&path).map_err(|e| format!("listings/{source}: {e}"))?;
            let text = without_tests(source, text)?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            modules.push(match source.contains("/src/bin/") {
                false => (stem.into_owned(), text),
                true => ("program".to_owned(), program(source, &text)?),
            });
        }
        for (old, new) in &variant.edits {
            let found = |text: &str| text.matches(old.as_str()).count();
            let times: usize = modules.iter().map(|(_, text)| found(text)).sum();
            if times != 1 {
                return Err(format!(
                    "tests/models/cases/{}.rs: `{old}` stands {times} times in {}, \
                     not once: write the line as it is there now",
                    self.name,
                    sources.join(", ")
                ));
            }
            for (_, text) in &mut modules {
                *text = text.replace(old.as_str(), new);
            }
        }
        Ok(modules)
    }
}

impl Variant {
    fn new(name: Option<String>) -> Variant {
        Variant {
            name,
            verdicts: BTreeMap::new(),
            edits: Vec::new(),
            instead: None,
        }
    }
}

/// The text without its unit tests, which are no part of a model.
fn without_tests(source: &str, text: String) -> Result<String, String> {
    let Some((text, tests)) = text.split_once("#[cfg(test)]\nmod tests {\n") else {
        return Ok(text);
    };
    match tests.find("\n}\n") {
        Some(at) if at + 3 == tests.len() => Ok(text.to_owned()),
        _ => Err(format!(
            "listings/{source}: the unit tests are to come last"
        )),
    }
}

/// A whole program as a module: its `main` can be called, and its chapter's
/// library is the modules beside it.
fn program(source: &str, text: &str) -> Result<String, String> {
    let main = "\nfn main(";
    if text.matches(main).count() != 1 {
        return Err(format!("listings/{source}: no `fn main` of its own"));
    }
    let chapter = source.split('/').next().unwrap_or_default();
    let library = format!("{}::", chapter.replace('-', "_"));
    let mut text = text.replace(&library, "super::");
    if text.contains("println!(") {
        text += "\nuse std::println;\n";
    }
    Ok(text.replace(main, "\n#[doc = \"The program.\"]\npub fn main("))
}

/// For a build script: writes the models that `checker` looks at.
///
/// # Panics
///
/// A model cannot be read or written: the message says which.
pub fn generate(checker: Checker) {
    println!("cargo:rerun-if-changed={}", cases_dir().display());
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut modules = String::new();
    let mut table = String::new();
    for case in cases(&cases_dir()).unwrap_or_else(|e| panic!("{e}")) {
        let file = case.file.display();
        println!("cargo:rerun-if-changed={file}");
        for source in case
            .sources
            .iter()
            .chain(case.variants.iter().filter_map(|v| v.instead.as_ref()))
        {
            let path = listings_dir().join(source);
            println!("cargo:rerun-if-changed={}", path.display());
        }
        for variant in &case.variants {
            if !variant.verdicts.contains_key(&checker) {
                continue;
            }
            let name = case.test_name(variant);
            let module = format!("model_{}", name.replace("::", "_"));
            let dir = out.join(&module);
            fs::create_dir_all(&dir).expect("the build's own folder");
            let texts = case.modules(variant).unwrap_or_else(|e| panic!("{e}"));
            writeln!(modules, "/// The model `{name}`.\npub mod {module} {{").expect("memory");
            for (stem, text) in texts {
                let path = dir.join(format!("{stem}.rs"));
                let same = fs::read_to_string(&path).is_ok_and(|old| old == text);
                if !same {
                    fs::write(&path, text).expect("the build's own folder");
                }
                writeln!(modules, "    #[path = {path:?}]\n    pub mod {stem};").expect("memory");
            }
            writeln!(modules, "    include!(\"{file}\");\n}}").expect("memory");
            writeln!(table, "    ({name:?}, {module}::model),").expect("memory");
        }
    }
    let all = format!(
        "{modules}\n/// The models by name.\n\
         pub const MODELS: &[(&str, fn())] = &[\n{table}];\n"
    );
    fs::write(out.join("models.rs"), all).expect("the build's own folder");
}

#[cfg(test)]
mod tests {
    use super::{Case, Checker, Verdict, without_tests};
    use std::path::PathBuf;

    const WHOLE: &str = "//@ source: ch02-multithreading/src/semaphore.rs\n\
        //@ loom: 3\n\
        //@ broken: no_notify\n\
        //@ replace: self.semaphore.returned.notify_one();\n\
        //@ with: ();\n\
        //@ loom says: deadlock\n";

    fn read(text: &str) -> Result<Case, String> {
        Case::read("limit", PathBuf::new(), text)
    }

    fn refused(text: &str) -> String {
        read(text).expect_err("it is wrong")
    }

    #[test]
    fn a_case_has_a_sound_variant_and_a_broken_one() {
        let case = read(WHOLE).expect("it is right");
        let caught = Verdict::Caught("deadlock".to_owned());
        assert_eq!(case.efforts[&Checker::Loom], 3);
        assert_eq!(case.variants[0].verdicts[&Checker::Loom], Verdict::Sound);
        assert_eq!(case.variants[1].verdicts[&Checker::Loom], caught);
        assert_eq!(case.test_name(&case.variants[1]), "limit::no_notify");
        let broken = case.modules(&case.variants[1]).expect("it stands there");
        assert_eq!(broken[0].0, "semaphore");
        assert!(!broken[0].1.contains("returned.notify_one()"));
    }

    #[test]
    fn what_cannot_fail_is_refused() {
        let sound: String = WHOLE.lines().take(2).map(|l| format!("{l}\n")).collect();
        assert!(refused(&sound).contains("cannot fail"));
        let always = WHOLE.replace("loom: 3", "loom: 3\n//@ loom says: deadlock");
        assert!(refused(&always).contains("needs a sound variant"));
        let blind = WHOLE.replace("loom: 3", "loom: 3\n//@ shuttle: 100") + "//@ blind: shuttle\n";
        assert!(refused(&blind).contains("shuttle needs a sound variant and a broken one"));
        let unseen = format!("{WHOLE}//@ broken: no_lock\n");
        assert!(refused(&unseen).contains("no checker looks at `no_lock`"));
        let absent = format!("{WHOLE}//@ shuttle says: deadlock\n");
        assert!(refused(&absent).contains("`//@ shuttle: NUMBER` is missing"));
    }

    #[test]
    fn a_misspelt_word_is_refused_with_its_line() {
        let text = WHOLE.replace("loom says", "loom said");
        assert!(refused(&text).starts_with(":6: an unknown or a misplaced word"));
        let text = WHOLE.replace("loom: 3", "loom: three");
        assert!(refused(&text).starts_with(":2: no number"));
    }

    #[test]
    fn a_text_that_does_not_stand_once_is_refused() {
        for (text, times) in [("self.no_such_line();", 0), ("Permit", 2)] {
            let text = WHOLE.replace("self.semaphore.returned.notify_one();", text);
            let case = read(&text).expect("it can be read");
            let message = case.modules(&case.variants[1]).expect_err("not once");
            assert!(message.contains("times in"), "{message}");
            assert_eq!(times == 0, message.contains("stands 0 times"));
        }
    }

    #[test]
    fn unit_tests_are_left_out() {
        let tests = "#[cfg(test)]\nmod tests {\n    fn one() {\n    }\n}\n";
        let kept = without_tests("x", format!("struct S;\n{tests}"));
        assert_eq!(kept.expect("they come last"), "struct S;\n");
        assert!(without_tests("x", format!("{tests}struct S;\n")).is_err());
    }
}
