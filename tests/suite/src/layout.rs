//! The rules for names and places, so that adding a recipe is adding files.

use crate::directives::Kind;
use crate::listing::{Chapter, Listing, entries, file_name};
use crate::python;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Looks at every file of the listings' crates.
///
/// # Errors
///
/// Every rule that is broken, a line each.
pub fn check(root: &Path, chapters: &[Chapter], listings: &[Listing]) -> Result<(), String> {
    let mut faults = Vec::new();
    names(root, listings, &mut faults);
    twins(listings, &mut faults);
    for chapter in chapters {
        strays(chapter, &mut faults);
        if chapter.in_workspace() {
            manifest(root, chapter, &mut faults);
        }
        if chapter.apart {
            pinned(root, chapter, &mut faults);
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}

fn names(root: &Path, listings: &[Listing], faults: &mut Vec<String>) {
    let lock = read(&root.join("Cargo.lock"));
    let crates: HashSet<String> = lock
        .lines()
        .filter_map(|l| l.strip_prefix("name = \""))
        .map(|name| name.trim_end_matches('"').replace('-', "_"))
        .collect();
    let modules = python_modules();
    let mut seen: BTreeMap<&str, &Listing> = BTreeMap::new();
    for listing in listings.iter().filter(|l| l.twin_of.is_none()) {
        let name = listing.name.as_str();
        let mut fault = |what: String| {
            faults.push(format!("{}: {what}", listing.source.display()));
        };
        if let Some(other) = seen.insert(name, listing) {
            fault(format!(
                "the name is taken by {}: a listing's name is unique in the \
                 book",
                other.source.display()
            ));
        }
        let is_word = |w: &str| {
            !w.is_empty()
                && w.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !name.contains('_') || !name.split('_').all(is_word) {
            fault("a listing's name is two or more words, a_task".into());
        }
        if crates.contains(name) || modules.contains(name) {
            fault("the name is that of a crate or of a Python module".into());
        }
    }
}

fn twins(listings: &[Listing], faults: &mut Vec<String>) {
    for listing in listings.iter().filter(|l| l.kind == Kind::Rust) {
        let has = listing.source.with_extension("py").exists();
        let refused = listing.promise.as_ref().is_ok_and(|p| p.no_twin.is_some());
        let what = match (has, listing.wants_twin(), refused) {
            (false, true, _) => {
                "its Python twin is missing: add it, or say \
                 `//@ twin: none (REASON)`"
            }
            (true, _, true) => "it has a twin, so `twin: none` is wrong: drop one of them",
            _ => continue,
        };
        faults.push(format!("{}: {what}", listing.source.display()));
    }
    let alone =
        |l: &&Listing| l.kind == Kind::Python && l.twin_of.is_none() && !l.chapter.extension;
    for listing in listings.iter().filter(alone) {
        faults.push(format!(
            "{}: no Rust program of this name stands beside it",
            listing.source.display()
        ));
    }
}

/// Files that belong to no program would never be looked at.
fn strays(chapter: &Chapter, faults: &mut Vec<String>) {
    let programs = if chapter.extension { "" } else { "src/bin" };
    for dir in [chapter.dir.join(programs), chapter.dir.join("rejected")] {
        let files = entries(&dir);
        for file in &files {
            let name = file_name(file);
            // Python's, from a run by hand, and git ignores it.
            if name == "__pycache__" {
                continue;
            }
            let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
            let beside = |ending: &str| dir.join(format!("{stem}.{ending}")).exists();
            let belongs = match ending {
                "rs" => true,
                "py" => true,
                "stdout" | "stderr" => beside("rs") || beside("py"),
                "py.stdout" | "py.stderr" => beside("py"),
                // The rest of a crate's files, in an extension's folder.
                _ => chapter.extension && !dir.ends_with("rejected"),
            };
            if !belongs {
                faults.push(format!(
                    "{}: belongs to no program: a listing is NAME.rs, \
                     NAME.py, NAME.stdout",
                    file.display()
                ));
            }
        }
    }
}

/// Versions and features stand once, in the workspace's manifest.
fn manifest(root: &Path, chapter: &Chapter, faults: &mut Vec<String>) {
    let file = chapter.dir.join("Cargo.toml");
    let versions = versions(root, chapter).unwrap_or_else(|message| {
        faults.push(message);
        BTreeSet::new()
    });
    let text = read(&file);
    let mut in_dependencies = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]");
            continue;
        }
        if !in_dependencies || line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut fault = |what: &str| {
            faults.push(format!("{}:{}: {what}", file.display(), number + 1));
        };
        let Some(name) = line.strip_suffix(".workspace = true") else {
            fault(
                "a chapter's manifest says `NAME.workspace = true` and no \
                 more: put version and features into the root's Cargo.toml",
            );
            continue;
        };
        let own = format!("{name} ");
        if versions.iter().filter(|v| v.starts_with(&own)).count() > 1 {
            fault("the chapter is built with two versions of this crate: settle on one");
        }
    }
}

/// A package apart from the workspace has a lock file, and what it depends on
/// directly is in the workspace, if at all, in the same version.
fn pinned(root: &Path, chapter: &Chapter, faults: &mut Vec<String>) {
    let packages = |dir: &Path| lock(dir).map_or(Vec::new(), |lock| lock.package);
    let (own, shared) = (packages(&chapter.dir), packages(root));
    let file = chapter.dir.join("Cargo.lock");
    if own.is_empty() {
        faults.push(format!("{}: build it once, to pin it", file.display()));
    }
    let ours = own.iter().filter(|package| package.source.is_none());
    let named: Vec<&String> = ours.flat_map(|p| &p.dependencies).collect();
    let names = |p: &Package| named.iter().any(|dependency| p.is(dependency));
    for package in own.iter().filter(|p| names(p)) {
        let mut same_name = shared.iter().filter(|p| p.name == package.name).peekable();
        if same_name.peek().is_some() && same_name.all(|p| p.version != package.version) {
            faults.push(format!(
                "{}: the workspace has another version of {} than {}: settle on one",
                file.display(),
                package.name,
                package.version
            ));
        }
    }
}

/// What a chapter is built with, `NAME VERSION` each. What the book's tools are
/// built with is no reader's concern; and what another chapter brings along is
/// not what this one's programs name.
fn versions(root: &Path, chapter: &Chapter) -> Result<BTreeSet<String>, String> {
    let lock = lock(root)?;
    let mut found = BTreeSet::new();
    let mut left = vec![chapter.name.clone()];
    while let Some(wanted) = left.pop() {
        let other = wanted
            .split(' ')
            .next()
            .filter(|name| *name != chapter.name);
        if other.is_some_and(|name| root.join("listings").join(name).is_dir()) {
            continue;
        }
        for package in lock.package.iter().filter(|package| package.is(&wanted)) {
            if found.insert(package.id()) {
                left.extend(package.dependencies.iter().cloned());
            }
        }
    }
    Ok(found)
}

fn lock(dir: &Path) -> Result<Lock, String> {
    let file = dir.join("Cargo.lock");
    toml::from_str(&read(&file)).map_err(|e| format!("{}: {e}", file.display()))
}

/// Cargo.lock, as far as it matters here.
#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Package {
    fn id(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Is it what a lock file's list of dependencies names, `NAME`, or where
    /// there are several `NAME VERSION`, or `NAME VERSION (SOURCE)`?
    fn is(&self, dependency: &str) -> bool {
        let mut words = dependency.split(' ');
        words.next() == Some(&self.name) && words.next().is_none_or(|v| v == self.version)
    }
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

/// A twin named like one of these would stand in that module's way.
fn python_modules() -> HashSet<String> {
    let Ok(python) = python::find() else {
        return HashSet::new();
    };
    let ask = "import sys; print(*sys.stdlib_module_names)";
    let output = Command::new(python).args(["-c", ask]).output();
    let names = output.map(|o| o.stdout).unwrap_or_default();
    let names = String::from_utf8_lossy(&names).into_owned();
    names.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Chapter, pinned};
    use std::fs;

    /// The faults that `pinned` finds in a package apart with this lock file,
    /// beside a workspace that has version 1.0.0 of `shared` and of `other`.
    fn faults(own: Option<&str>) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        let package = |name: &str, version: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"some\"\n")
        };
        let workspace = package("shared", "1.0.0") + &package("other", "1.0.0");
        fs::write(root.path().join("Cargo.lock"), workspace).unwrap();
        let dir = root.path().join("apart");
        fs::create_dir(&dir).unwrap();
        if let Some(dependency) = own {
            let own = "[[package]]\nname = \"apart\"\nversion = \"0.1.0\"\n";
            let lock = [
                format!("{own}dependencies = [\"{dependency}\"]\n"),
                package("shared", "1.0.0"),
                package("shared", "2.0.0"),
                package("other", "2.0.0"),
                package("own", "2.0.0"),
            ];
            fs::write(dir.join("Cargo.lock"), lock.concat()).unwrap();
        }
        let chapter = Chapter {
            name: "apart".into(),
            dir,
            extension: false,
            apart: true,
        };
        let mut faults = Vec::new();
        pinned(root.path(), &chapter, &mut faults);
        faults
    }

    #[test]
    fn a_package_apart_has_the_workspaces_versions() {
        assert!(faults(Some("shared 1.0.0")).is_empty());
        assert!(faults(Some("own")).is_empty());
        for (dependency, name) in [
            ("shared 2.0.0", "shared"),
            ("shared 2.0.0 (some)", "shared"),
            ("other", "other"),
        ] {
            let refused = faults(Some(dependency)).join("\n");
            assert!(refused.contains(&format!("another version of {name} than 2.0.0")));
        }
    }

    #[test]
    fn a_package_apart_is_pinned() {
        assert!(faults(None).join("\n").contains("build it once, to pin it"));
    }
}
