//! Builds the listings with cargo, once, and knows where the results lie.

use crate::listing::{Chapter, Listing, measurements};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What cargo made.
#[derive(Debug, Default)]
pub struct Built {
    programs: HashMap<String, PathBuf>,
    libraries: HashMap<String, PathBuf>,
    dependencies: HashMap<String, Vec<(String, String)>>,
    /// What the compiler said to targets that do not build.
    refused: HashMap<String, String>,
}

/// A cargo command in the folder `root`, under the cargo that runs the suite.
pub fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut cargo = Command::new(program);
    cargo.current_dir(root).stdin(Stdio::null());
    cargo
}

impl Built {
    /// Builds every program of `chapters`, those with `profile: release`
    /// optimized. One that does not build does not hold up the others. Packages
    /// apart from the workspace are built below `target`, each as its own lock
    /// file says.
    ///
    /// # Errors
    ///
    /// Cargo cannot start to build.
    pub fn workspace(
        root: &Path,
        target: &Path,
        chapters: &[Chapter],
        listings: &[Listing],
    ) -> Result<Built, String> {
        let mut built = Built::default();
        let mut all = vec!["--bins".to_owned(), "--lib".to_owned()];
        for chapter in chapters.iter().filter(|c| c.in_workspace()) {
            all.extend(["-p".to_owned(), chapter.name.clone()]);
        }
        if !measurements(root).is_empty() {
            all.extend(["-p", "measurements"].map(str::to_owned));
        }
        built.add(root, &all)?;
        let is_release = |l: &&Listing| l.promise.as_ref().is_ok_and(|p| p.release);
        let release: Vec<&Listing> = listings.iter().filter(is_release).collect();
        if !release.is_empty() {
            let mut words = selected(&release);
            words.push("--release".to_owned());
            let mut optimized = Built::default();
            optimized.add(root, &words)?;
            // Not its libraries: nothing else is compiled against them.
            built.programs.extend(optimized.programs);
            built.refused.extend(optimized.refused);
        }
        for chapter in chapters.iter().filter(|c| c.apart) {
            let mut apart = Built::default();
            let words = ["--bins", "--locked"].map(str::to_owned);
            let variables = [("CARGO_TARGET_DIR", target.join("apart").into())];
            apart.add_with(&chapter.dir, &words, &variables)?;
            // Its programs alone: some libraries are the workspace's, with other
            // features.
            built.programs.extend(apart.programs);
            built.refused.extend(apart.refused);
        }
        Ok(built)
    }

    /// Builds programs under the variables of
    /// [`sanitizer`](crate::sanitizer::Tools::variables) or
    /// [`lock_order`](crate::lock_order::variables), none of them optimized:
    /// what is not done is not seen.
    ///
    /// # Errors
    ///
    /// Cargo cannot start to build.
    pub fn watched(
        root: &Path,
        listings: &[&Listing],
        variables: &[(&str, OsString)],
    ) -> Result<Built, String> {
        let mut built = Built::default();
        built.add_with(root, &selected(listings), variables)?;
        Ok(built)
    }

    /// Builds the library of the package in `dir`.
    ///
    /// # Errors
    ///
    /// What does not build, with the compiler's words.
    pub fn library(dir: &Path) -> Result<Built, String> {
        let mut built = Built::default();
        built.add(dir, &["--lib".to_owned()])?;
        match built.refused.values().next() {
            None => Ok(built),
            Some(said) => Err(format!("{} does not build:\n{said}", dir.display())),
        }
    }

    /// Builds a chapter's Python extension as a library that the rejected
    /// listings beside it can name.
    ///
    /// # Errors
    ///
    /// What does not build, with the compiler's words.
    pub fn extension(chapter: &Chapter, python: &Path, target: &Path) -> Result<Built, String> {
        let mut built = Built::default();
        let vars = [
            ("CARGO_TARGET_DIR", target.into()),
            // PyO3's build script asks for the interpreter, and whether the
            // module is to be linked to its library, which may be missing.
            ("PYO3_PYTHON", python.into()),
            ("PYO3_BUILD_EXTENSION_MODULE", "1".into()),
        ];
        built.add_with(&chapter.dir, &["--lib".to_owned()], &vars)?;
        match built.refused.values().next() {
            None => Ok(built),
            Some(said) => Err(format!("{} does not build:\n{said}", chapter.name)),
        }
    }

    fn add(&mut self, root: &Path, args: &[String]) -> Result<(), String> {
        self.add_with(root, args, &[])
    }

    fn add_with(
        &mut self,
        root: &Path,
        args: &[String],
        vars: &[(&str, OsString)],
    ) -> Result<(), String> {
        let output = cargo(root)
            .args(["build", "--quiet", "--keep-going", "--message-format=json"])
            .args(args)
            .envs(vars.iter().cloned())
            .output()
            .map_err(|e| format!("cargo does not start: {e}"))?;
        for line in output.stdout.split(|byte| *byte == b'\n') {
            let Ok(message) = serde_json::from_slice::<Value>(line) else {
                continue;
            };
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let name = text(&message["target"]["name"]).unwrap_or_default();
            if message["message"]["level"] == "error" {
                let said = text(&message["message"]["rendered"]).unwrap_or_default();
                *self.refused.entry(name).or_default() += &said;
                continue;
            }
            if let Some(program) = text(&message["executable"]) {
                self.programs.insert(name, program.into());
                continue;
            }
            let files = message["filenames"].as_array();
            let files: Vec<String> = files.into_iter().flatten().filter_map(text).collect();
            // An extension has both; the compiler can read its `.rlib`.
            let library = [".rlib", ".so"]
                .iter()
                .find_map(|ending| files.iter().find(|f| f.ends_with(ending)));
            let id = text(&message["package_id"]);
            if let (Some(id), Some(library)) = (id, library) {
                self.libraries.insert(id, library.into());
            }
        }
        if !output.status.success() && self.refused.is_empty() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("the listings do not build:\n{stderr}"));
        }
        self.read_dependencies(root)
    }

    /// Asks cargo which crate a package's `use` names stand for.
    fn read_dependencies(&mut self, root: &Path) -> Result<(), String> {
        let output = cargo(root)
            .args(["metadata", "--format-version=1", "--quiet"])
            .output()
            .map_err(|e| format!("cargo does not start: {e}"))?;
        let metadata: Value =
            serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
        let nodes = metadata["resolve"]["nodes"].as_array();
        for node in nodes.into_iter().flatten() {
            let id = node["id"].as_str().unwrap_or_default();
            let list = |value: &Value| -> Vec<(String, String)> {
                let deps = value.as_array().into_iter().flatten();
                deps.filter_map(|dep| {
                    let name = dep["name"].as_str()?.to_owned();
                    Some((name, dep["pkg"].as_str()?.to_owned()))
                })
                .collect()
            };
            let mut names = list(&node["deps"]);
            let packages = metadata["packages"].as_array();
            let package = packages
                .into_iter()
                .flatten()
                .find(|p| p["id"] == node["id"]);
            let Some(package) = package else { continue };
            let name = package["name"].as_str().unwrap_or_default();
            // A chapter's programs can name the chapter's library as well.
            let targets = package["targets"].as_array().into_iter().flatten();
            let library = targets
                .filter(|t| t["kind"].to_string().contains("lib"))
                .find_map(|t| t["name"].as_str());
            if let Some(library) = library {
                names.push((library.replace('-', "_"), id.to_owned()));
            }
            self.dependencies.insert(name.to_owned(), names);
        }
        Ok(())
    }

    /// The executable of a listing.
    ///
    /// # Errors
    ///
    /// It does not build, or its chapter's library does not: the compiler's
    /// words.
    pub fn program(&self, name: &str) -> Result<&Path, String> {
        if let Some(program) = self.programs.get(name) {
            return Ok(program);
        }
        let said = self.refused.get(name).cloned();
        let said = said.unwrap_or_else(|| self.refused.values().map(String::as_str).collect());
        Err(format!("`{name}` does not build:\n{said}"))
    }

    /// The file of a library that was built, by the name of its crate.
    ///
    /// # Errors
    ///
    /// There is none of that name.
    pub fn library_file(&self, name: &str) -> Result<&Path, String> {
        let start = format!("lib{name}");
        let is = |file: &&PathBuf| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            stem.split('-').next() == Some(&start)
        };
        let file = self.libraries.values().find(is).map(PathBuf::as_path);
        file.ok_or_else(|| format!("cargo has built no `{name}`"))
    }

    /// The crates that a program of `package` can name, with their files.
    pub fn externs(&self, package: &str) -> Vec<(&str, &Path)> {
        let names = self.dependencies.get(package).into_iter().flatten();
        names
            .filter_map(|(name, id)| Some((name.as_str(), self.libraries.get(id)?.as_path())))
            .collect()
    }

    /// The folders where the compiler finds what those crates use.
    pub fn search_paths(&self) -> Vec<&Path> {
        let mut dirs: Vec<&Path> = self
            .libraries
            .values()
            .filter_map(|file| file.parent())
            .collect();
        dirs.sort();
        dirs.dedup();
        dirs
    }
}

/// Has cargo build what `words` select, and tells where the programs are.
///
/// # Errors
///
/// Something does not build, with the compiler's words.
pub fn built_programs(root: &Path, words: &[String]) -> Result<BTreeMap<String, PathBuf>, String> {
    let output = cargo(root)
        .args(["build", "--quiet"])
        .arg("--message-format=json-render-diagnostics")
        .args(words)
        .output()
        .map_err(|e| format!("cargo does not start: {e}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // A build script that panics is shown with all that it told cargo.
        let said = said.lines().filter(|line| !line.contains("cargo:rerun"));
        let said: Vec<&str> = said.collect();
        return Err(format!("{words:?} does not build:\n{}", said.join("\n")));
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let messages = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let programs = messages.filter_map(|message| {
        let name = message["target"]["name"].as_str()?.to_owned();
        Some((name, message["executable"].as_str()?.into()))
    });
    Ok(programs.collect())
}

/// What has cargo build these programs, which need not be default members.
fn selected(listings: &[&Listing]) -> Vec<String> {
    let words = |l: &&Listing| ["-p", &l.chapter.name, "--bin", &l.name].map(str::to_owned);
    listings.iter().flat_map(words).collect()
}
